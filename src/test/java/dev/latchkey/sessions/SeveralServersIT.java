package dev.latchkey.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What ends on one server ends on all that share its database. */
@ParameterizedClass
@EnumSource(Engine.class)
@Timeout(60)
final class SeveralServersIT {
    private static final int SESSIONS = 40;

    private final ServerExtension one;
    private final ServerExtension two;

    SeveralServersIT(Engine engine) {
        one = ServerExtension.shared(engine);
        two = one.another();
    }

    @BeforeEach
    void start() throws Exception {
        two.start();
    }

    @AfterEach
    void stop() {
        two.stop();
    }

    @Test
    void aSessionIsKnownToAllAndEndsOnAll() {
        String name = Api.newName();
        one.api().register(name);
        Api.Tokens tokens = one.api().logIn(name);
        assertThat(isGood(two, tokens.access())).isTrue();
        Api.Tokens refreshed = Api.Tokens.of(two.api().refresh(tokens.refresh()));
        assertThat(isGood(one, refreshed.access())).isTrue();

        assertThat(two.api().as(tokens.access(), "DELETE", "/api/token", null).status())
                .isEqualTo(200);

        assertThat(isGood(two, refreshed.access())).isFalse();
        awaitRefused(one, refreshed.access());
        assertThat(isGood(one, tokens.access())).isFalse();
        assertThat(one.api().refresh(refreshed.refresh()).outcome()).isEqualTo("401 INVALID_REFRESH_TOKEN");
    }

    @Test
    void noEndingIsMissedHoweverManyHappenAtOnce() throws Exception {
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            tokens.add(one.api().newToken());
        }
        ExecutorService clients = Executors.newFixedThreadPool(8);
        List<Future<Api.Answer>> endings = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            Api api = i % 2 == 0 ? one.api() : two.api();
            String token = tokens.get(i);
            endings.add(clients.submit(() -> api.as(token, "DELETE", "/api/token", null)));
        }
        clients.shutdown();
        for (Future<Api.Answer> ending : endings) {
            assertThat(ending.get().status()).isEqualTo(200);
        }
        for (String token : tokens) {
            awaitRefused(one, token);
            awaitRefused(two, token);
        }
    }

    @Test
    void anEndingOutlivesARestart() throws Exception {
        String token = two.api().newToken();
        assertThat(two.api().as(token, "DELETE", "/api/token", null).status()).isEqualTo(200);

        two.stop();
        two.start();

        // From its first answer on: what ended is read before the port opens.
        assertThat(isGood(two, token)).isFalse();
    }

    private static boolean isGood(ServerExtension server, String token) {
        return server.api().read(token, "absent").status() == 404;
    }

    /** What is promised is a second; how long it takes on a machine that does other things as well is not for a test to say. */
    private static void awaitRefused(ServerExtension server, String token) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (isGood(server, token)) {
            assertThat(System.nanoTime()).as("the token is still good").isLessThan(deadline);
        }
    }
}
