package dev.latchkey.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.Api;
import dev.latchkey.Engine;
import dev.latchkey.ServerExtension;
import java.io.IOException;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Promise 8: where the memory for bodies and answers runs out, those that have it lose it, and nobody else notices. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TransferMemoryTest {
    @RegisterExtension
    static final ServerExtension SERVER = new ServerExtension(
            Engine.SQLITE, "server.minThreads", "4", "server.maxThreads", "8", "http.transferMemory", "16MiB");

    private static final int MIB = 1 << 20;

    private final List<RawConnection> connections = new ArrayList<>();
    private final Api api = SERVER.api();

    @AfterEach
    void close() throws IOException {
        for (RawConnection connection : connections) {
            connection.close();
        }
    }

    private RawConnection open(String request) throws IOException {
        RawConnection connection = RawConnection.to(SERVER).send(request);
        connections.add(connection);
        return connection;
    }

    /** Bodies that are worked on, all the memory of them: answers have to do without, and are as whole as ever. */
    @Test
    void whoFindsNoneIsAnsweredAllTheSame() throws Exception {
        String token = api.newToken();
        String other = api.newToken();
        String value = "y".repeat(100_000);
        assertThat(api.create(other, "key", value).status()).isEqualTo(201);
        assertThat(api.create(other, "small", value.substring(0, 2_000)).status())
                .isEqualTo(201);
        String body = "{\"value\":\"" + "\\u0078".repeat(MIB - 1_000) + "\"}";
        String large = "PUT /api/data/KEY HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nAuthorization: Bearer "
                + token + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        try (Connection outside = Engine.connect(SERVER.database());
                Statement statement = outside.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            open(large.replace("KEY", "a"));
            open(large.replace("KEY", "b"));
            while (held() < 16_000_000) {
                Thread.onSpinWait();
            }
            for (int i = 0; i < 5; i++) {
                assertThat(api.read(other, "key").body().at("/data/value").textValue()).isEqualTo(value);
                assertThat(api.read(other, "small").body().at("/data/value").textValue())
                        .isEqualTo(value.substring(0, 2_000));
                for (String path : List.of("/openapi.json", "/openapi.yaml", "/docs", "/api/data/none")) {
                    assertThat(api.as(other, "GET", path, null).status())
                            .as(path)
                            .isEqualTo(path.endsWith("none") ? 404 : 200);
                }
            }
            assertThat(held()).isGreaterThan(16_000_000);
            statement.execute("ROLLBACK");
        }
        for (RawConnection connection : connections) {
            assertThat(connection.answer("PUT", "/api/data/a").status()).isEqualTo(404);
        }
        while (held() != 0) {
            Thread.onSpinWait();
        }
    }

    private static long held() {
        return Metrics.gauge(SERVER, "requests.transfers.bytes");
    }
}
