package dev.latchkey.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Exchange;
import dev.latchkey.testing.RawConnection;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Promise 16, from the wire on: whatever bytes somebody sends as {@code Authorization}, nothing but 401 or a refusal of the request. */
final class AuthorizationHeaderFuzzIT {
    private static final long SEED = 20_261_122;
    private static final int REQUESTS = Integer.getInteger("latchkey.fuzz.requests", 1_000);
    private static final ServerExtension SERVER = ServerExtension.shared(Engine.SQLITE);
    private static final Logger AUDIT = (Logger) LoggerFactory.getLogger("audit");
    private static final String[] STARTS = {
        "Bearer ", "bearer ", "BEARER\t", "Bearer", "Basic ", "DPoP ", "Bearer  Bearer ", "", ",Bearer ", "\"Bearer\" "
    };
    private static final String[] FRAGMENTS = {
        " ",
        "\t",
        ",",
        ";",
        "=",
        "\"",
        "\\",
        "%00",
        "\u0000",
        "\u007f",
        "\u0080",
        "\u00ff",
        "\u00c3\u00a9",
        "Bearer ",
        "."
    };

    private final Random random = new Random(SEED);
    private final Level auditLevel = AUDIT.getLevel();
    private final String token = SERVER.api().newToken();

    /** Thousands of refusals tell nobody anything. */
    @BeforeEach
    void silenceTheAuditLog() {
        AUDIT.setLevel(Level.OFF);
    }

    @AfterEach
    void restoreTheAuditLog() {
        AUDIT.setLevel(auditLevel);
    }

    @Test
    void noOtherBytesThanATokenOfOursAreTaken() throws IOException {
        RawConnection connection = RawConnection.to(SERVER);
        int refused = 0;
        int malformed = 0;
        try {
            for (int i = 0; i < REQUESTS; i++) {
                String header = header();
                Exchange answer = connection
                        .send("GET /api/data/x HTTP/1.1\r\nHost: a\r\nAuthorization:" + header + "\r\n\r\n")
                        .answer("GET", "/api/data/x");
                if (answer.status() == 401) {
                    refused++;
                    assertThat(answer.body()).contains("\"INVALID_TOKEN\"");
                } else {
                    malformed++;
                    assertThat(answer.status())
                            .as("seed %d, number %d: %s", SEED, i, header)
                            .isEqualTo(400);
                    connection.close();
                    connection = RawConnection.to(SERVER);
                }
            }
        } finally {
            connection.close();
        }
        assertThat(refused).isGreaterThan(REQUESTS / 4);
        assertThat(malformed).isPositive();
    }

    /** One that is not the good one, on one line. */
    private String header() {
        while (true) {
            StringBuilder header = new StringBuilder(" ").append(STARTS[random.nextInt(STARTS.length)]);
            header.append(random.nextInt(4) == 0 ? bytes() : token);
            for (int i = random.nextInt(4); i > 0; i--) {
                int at = random.nextInt(header.length() + 1);
                switch (random.nextInt(3)) {
                    case 0 -> header.insert(at, FRAGMENTS[random.nextInt(FRAGMENTS.length)]);
                    case 1 -> header.delete(at, Math.min(header.length(), at + random.nextInt(20)));
                    default -> header.insert(at, (char) random.nextInt(256));
                }
            }
            String line = header.toString().replace('\r', ' ').replace('\n', ' ');
            if (!isGood(line)) {
                return line;
            }
        }
    }

    /** Whether there is nothing around the token but what RFC 9110 lets stand around a value and its parts. */
    private boolean isGood(String line) {
        return line.matches("(?i)[ \t]*bearer[ \t]+[^ \t]*[ \t]*")
                && line.strip().endsWith(token);
    }

    private String bytes() {
        StringBuilder bytes = new StringBuilder();
        for (int i = random.nextInt(200); i > 0; i--) {
            bytes.append((char) random.nextInt(256));
        }
        return bytes.toString();
    }
}
