package dev.latchkey.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Exchange;
import dev.latchkey.testing.RawConnection;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that dawdles loses its connection and takes nothing from the others. */
final class SlowClientIT {
    @RegisterExtension
    static final ServerExtension SERVER = new ServerExtension(
            Engine.SQLITE,
            "server.applicationConnectors[0].idleTimeout",
            "500ms",
            "server.minThreads",
            "4",
            "server.maxThreads",
            "8");

    private static final String POST = "POST /api/token HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";

    @ParameterizedTest
    @ValueSource(strings = {"", "POST /api/token HT", POST})
    void anUnfinishedHeaderEndsTheConnection(String start) throws IOException {
        try (RawConnection connection = RawConnection.to(SERVER)) {
            connection.send(start).expectEnd();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 20\r\n\r\n",
                "Content-Length: 20\r\n\r\n{",
                "Transfer-Encoding: chunked\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n20\r\n{"
            })
    void anUnfinishedBodyIsAnsweredAndEndsTheConnection(String rest) throws IOException {
        try (RawConnection connection = RawConnection.to(SERVER)) {
            Exchange answer = connection.send(POST + rest).answer("POST", "/api/token");
            assertThat(answer.status()).isEqualTo(408);
            connection.expectEnd();
        }
    }

    @Test
    void manyIdleConnectionsLeaveRoomForOthers() throws IOException {
        List<RawConnection> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 2_000; i++) {
                idle.add(RawConnection.to(SERVER).send(i % 2 == 0 ? "" : "GET /api"));
            }
            assertThat(SERVER.api().send("GET", "/nothing", null).status()).isEqualTo(404);
            for (RawConnection connection : idle) {
                connection.expectEnd();
            }
            assertThat(SERVER.api().send("GET", "/nothing", null).status()).isEqualTo(404);
        } finally {
            for (RawConnection connection : idle) {
                connection.close();
            }
        }
    }
}
