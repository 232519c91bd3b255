package dev.latchkey.data.changes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.EventStream;
import dev.latchkey.testing.RawConnection;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How many may follow changes, and what becomes of those who do not read. */
final class ChangesLimitsTest {
    @RegisterExtension
    static final ServerExtension SERVER = new ServerExtension(
            Engine.SQLITE,
            "changes.maxStreamsPerUser",
            "2",
            "changes.maxStreams",
            "3",
            // One user may have as many concurrent calls as half of these; streams are none.
            "server.maxThreads",
            "8",
            "server.minThreads",
            "8",
            "database.writeQueue",
            "4",
            "passwords.queue",
            "4");

    private final Api api = SERVER.api();

    private EventStream stream(String token) {
        EventStream stream = EventStream.open(SERVER.address(), token, "");
        stream.next();
        return stream;
    }

    private String refusal(String token) {
        return api.send("GET", "/api/changes", null, "Authorization", "Bearer " + token, "Accept", "text/event-stream")
                .outcome();
    }

    @Test
    void oneUserAndAllUsersTogetherAreLimited() {
        String one = api.newToken();
        String other = api.newToken();
        // Those of other tests are over, and the server may not know it yet.
        try (EventStream first = streamOnceThereIsRoom(one);
                EventStream second = streamOnceThereIsRoom(one)) {
            Api.Answer refused = api.as(one, "GET", "/api/changes?wait=30", null);
            assertThat(refused.outcome()).isEqualTo("429 TOO_MANY_REQUESTS");
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            try (EventStream third = streamOnceThereIsRoom(other)) {
                assertThat(refusal(other)).isEqualTo("503 UNAVAILABLE");
                assertThat(api.as(other, "GET", "/api/changes", null).status()).isEqualTo(200);
            }
        }
    }

    /** Nothing tells the server that a client without anything to say has left, but that it does not take what is written. */
    @Test
    void whoIsGoneMakesRoomForOthersOfTheUser() {
        String token = api.newToken();
        stream(token).close();
        stream(token).close();

        streamOnceThereIsRoom(token).close();
    }

    private EventStream streamOnceThereIsRoom(String token) {
        AtomicReference<EventStream> opened = new AtomicReference<>();
        Await.until(() -> {
            try {
                opened.set(stream(token));
                return true;
            } catch (UncheckedIOException refused) {
                return false;
            }
        });
        return opened.get();
    }

    @Test
    void whoDoesNotReadHoldsLittleMemoryAndLosesNothing() throws IOException {
        String token = api.newToken();
        try (RawConnection slow = RawConnection.narrow(SERVER)) {
            slow.send("GET /api/changes HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\nAuthorization: Bearer "
                    + token + "\r\n\r\n");
            Set<String> keys = new HashSet<>();
            for (int i = 0; i < 40; i++) {
                keys.add("key" + i);
                api.create(token, "key" + i, "v".repeat(500_000));
            }
            // The system's buffers are full long before; what the server holds is one page at most.
            assertThat(held()).isLessThan(2_000_000);

            String body = new String(slow.bytes(40 * 500_000), StandardCharsets.US_ASCII);
            keys.removeIf(key -> body.contains("\"" + key + "\""));
            assertThat(keys).isEmpty();
        }
    }

    private static long held() {
        return (Long) SERVER.metrics().gauge("requests.transfers.bytes", null).getValue();
    }
}
