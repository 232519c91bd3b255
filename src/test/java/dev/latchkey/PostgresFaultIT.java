package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Contents;
import dev.latchkey.testing.JarProcess;
import dev.latchkey.testing.Ledger.Outcome;
import dev.latchkey.testing.Load;
import dev.latchkey.testing.Model;
import dev.latchkey.testing.ModelClient;
import dev.latchkey.testing.PostgresProcess;
import dev.latchkey.testing.ProofSize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL comes and goes while clients work; the server stays. */
final class PostgresFaultIT {
    private static final int WRITES = ProofSize.of(100, 300);

    @TempDir
    private Path folder;

    @Test
    void losesNothingWhilePostgresIsEndedAndStartedAgain() throws Exception {
        Path configuration = JarProcess.copyConfiguration(folder);
        Files.writeString(
                configuration, Files.readString(configuration).replace("database:\n", "database:\n  maxWait: 2s\n"));
        List<ModelClient> clients = ModelClient.several(4, "postgres", 42);
        try (PostgresProcess postgres = new PostgresProcess(folder.resolve("postgres"));
                JarProcess server = JarProcess.start(folder, variables(postgres), "server", "config.yml")) {
            Api api = server.api();
            try (Load load = new Load(clients, client -> {
                assertThat(client.step(api)).isNotEqualTo(Outcome.CUT_OFF);
                return true;
            })) {
                for (String signal : List.of("QUIT", "KILL")) {
                    load.awaitAcknowledged(clients, WRITES);
                    postgres.end(signal);
                    load.awaitRefusalOfEach(clients);
                    postgres.start();
                    load.awaitAcknowledged(clients, WRITES);
                }
                load.stop();
            }
            Model.settle(ModelClient.models(clients), Contents.of(postgres.database()));
            clients.forEach(client -> client.readSome(api, 20));
            assertThat(server.output()).noneMatch(line -> line.contains("ERROR"));
        }
    }

    static Map<String, String> variables(PostgresProcess postgres) {
        return Map.of(
                "LATCHKEY_DATABASE_URL",
                postgres.database().url(),
                "LATCHKEY_DATABASE_USER",
                postgres.database().user());
    }
}
