package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Contents;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.JarProcess;
import dev.latchkey.testing.Ledger.Outcome;
import dev.latchkey.testing.Load;
import dev.latchkey.testing.Model;
import dev.latchkey.testing.ModelClient;
import dev.latchkey.testing.ProofSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Two servers behind one PostgreSQL, started at the same moment on an empty database, are as good as one, and better. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class TwoServersIT {
    private static final int WRITES = ProofSize.of(150, 500);

    @TempDir
    private static Path folder;

    private static DatabaseSettings database;
    private static JarProcess first;
    private static JarProcess second;

    @BeforeAll
    static void start() throws IOException {
        JarProcess.copyConfiguration(folder);
        database = Engine.POSTGRES.newDatabase();
        first = startOne();
        second = startOne();
    }

    @AfterAll
    static void end() throws InterruptedException {
        first.close();
        second.close();
    }

    @Test
    @Order(1)
    void shareUsersTokensAndData() {
        String user = Api.newName();
        assertThat(first.api().register(user).status()).isEqualTo(201);
        assertThat(second.api().register(user).outcome()).isEqualTo("409 USERNAME_EXISTS");
        String token = second.api()
                .logIn(user, Api.PASSWORD)
                .body()
                .at("/data/access_token")
                .textValue();

        assertThat(first.api().create(token, "key", "one").status()).isEqualTo(201);
        assertThat(value(second, token)).isEqualTo("one");
        assertThat(second.api().update(token, "key", "two").status()).isEqualTo(200);
        assertThat(value(first, token)).isEqualTo("two");
        assertThat(first.api().delete(token, "key").status()).isEqualTo(200);
        assertThat(second.api().read(token, "key").outcome()).isEqualTo("404 KEY_NOT_FOUND");

        // The next test knows everything that is in the store.
        assertThat(first.api().as(token, "DELETE", "/api/me", null).status()).isEqualTo(200);
    }

    @Test
    @Order(2)
    void oneGoesOnWhereTheOtherIsKilled() throws Exception {
        List<ModelClient> clients = ModelClient.several(6, "two", 42);
        List<Api> servers = List.of(first.api(), second.api());
        AtomicInteger calls = new AtomicInteger();
        AtomicInteger cutOff = new AtomicInteger();
        AtomicBoolean isKilled = new AtomicBoolean();
        try (Load load = new Load(clients, client -> {
            // Mostly another server than for the call before, so that each has to see what the other did.
            int next = cutOff.get() > 0 ? 1 : calls.getAndIncrement() % 2;
            Outcome outcome = client.step(servers.get(next));
            if (outcome == Outcome.CUT_OFF) {
                assertThat(isKilled).isTrue();
                assertThat(next).isZero();
                cutOff.incrementAndGet();
            } else {
                assertThat(outcome).isIn(Outcome.ACKNOWLEDGED, Outcome.READ);
            }
            return true;
        })) {
            load.awaitAcknowledged(clients, WRITES);
            isKilled.set(true);
            first.kill();
            load.await(() -> cutOff.get() > 0);
            load.awaitAcknowledged(clients, WRITES);
            load.stop();
        }
        assertThat(cutOff.get()).isPositive();
        Model.settle(ModelClient.models(clients), Contents.of(database));
        clients.forEach(client -> client.readSome(second.api(), 50));
        clients.get(0).logInAgain(second.api());
    }

    private static JarProcess startOne() throws IOException {
        return JarProcess.start(
                folder,
                Map.of("LATCHKEY_DATABASE_URL", database.url(), "LATCHKEY_DATABASE_USER", database.user()),
                "server",
                "config.yml");
    }

    private static String value(JarProcess server, String token) {
        return server.api().read(token, "key").body().at("/data/value").textValue();
    }
}
