package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.server.database.OldStore;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Contents;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.JarProcess;
import dev.latchkey.testing.Ledger.Outcome;
import dev.latchkey.testing.Load;
import dev.latchkey.testing.Model;
import dev.latchkey.testing.ModelClient;
import dev.latchkey.testing.PgBouncer;
import dev.latchkey.testing.ProofSize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PgBouncer stands between server and database, and dies while clients work. */
final class PgBouncerIT {
    private static final int NEW = 0;
    private static final int WRITES = ProofSize.of(60, 200);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"transaction, 0", "transaction, 1", "session, 2"})
    void losesNothingWhilePgBouncerIsKilledAndStartedAgain(String mode, int version) throws Exception {
        DatabaseSettings database = Engine.POSTGRES.newDatabase();
        if (version != NEW) {
            OldStore.make(database, version);
        }
        Path configuration = JarProcess.copyConfiguration(folder);
        Files.writeString(
                configuration, Files.readString(configuration).replace("database:\n", "database:\n  maxWait: 2s\n"));
        List<ModelClient> clients = ModelClient.several(6, mode, 42);
        try (PgBouncer pooler = new PgBouncer(folder.resolve("pgbouncer"), database, mode);
                JarProcess server = JarProcess.start(folder, variables(pooler), "server", "config.yml")) {
            Api api = server.api();
            try (Load load = new Load(clients, client -> {
                assertThat(client.step(api)).isNotEqualTo(Outcome.CUT_OFF);
                return true;
            })) {
                for (int i = 0; i < 2; i++) {
                    load.awaitAcknowledged(clients, WRITES);
                    pooler.kill();
                    load.awaitRefusalOfEach(clients);
                    pooler.start();
                }
                load.awaitAcknowledged(clients, WRITES);
                load.stop();
            }
            Model.settle(ModelClient.models(clients), Contents.of(database));
            clients.forEach(client -> client.readSome(api, 20));
            assertThat(server.output()).noneMatch(line -> line.contains("ERROR"));
        }
    }

    private static Map<String, String> variables(PgBouncer pooler) {
        return Map.of(
                "LATCHKEY_DATABASE_URL",
                pooler.database().url(),
                "LATCHKEY_DATABASE_USER",
                pooler.database().user());
    }
}
