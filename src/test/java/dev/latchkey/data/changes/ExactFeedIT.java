package dev.latchkey.data.changes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.JarProcess;
import dev.latchkey.testing.Preloaded;
import dev.latchkey.testing.ProofSize;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** As {@link ExactFeedTest}, while servers are killed, and where their clocks differ. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
final class ExactFeedIT {
    private static final int CHANGES = ProofSize.of(200, 3_000);
    private static final int ROUNDS = ProofSize.of(1, 5);
    private static final Duration AHEAD = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private volatile List<URI> servers;

    @BeforeEach
    void copyConfiguration() throws IOException {
        JarProcess.copyConfiguration(folder);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void losesNothingWhenTheServerIsKilled(Engine engine) throws Exception {
        DatabaseSettings database = engine.newStore();
        JarProcess server = start(database, Map.of());
        servers = List.of(address(server));
        try (FeedProof proof =
                new FeedProof(random -> servers.get(0), server.api().newToken(), Duration.ZERO, 2)) {
            for (int i = 0; i < ROUNDS; i++) {
                proof.awaitChanges(CHANGES);
                server.kill();
                server = start(database, Map.of());
                servers = List.of(address(server));
            }
            proof.awaitChanges(CHANGES);
            proof.finish();
        } finally {
            server.close();
        }
    }

    @Test
    void losesNothingBetweenTwoServersWhoseClocksDifferAndOneIsKilled() throws Exception {
        DatabaseSettings database = Engine.POSTGRES.newStore();
        Map<String, String> isAhead = Preloaded.clockAhead(folder, AHEAD);
        JarProcess right = start(database, Map.of());
        JarProcess ahead = start(database, isAhead);
        assertThat(now(ahead)).isAfter(now(right).plus(AHEAD.dividedBy(2)));
        servers = List.of(address(right), address(ahead));
        try (FeedProof proof = new FeedProof(
                random -> servers.get(random.nextInt(servers.size())),
                right.api().newToken(),
                AHEAD,
                3)) {
            for (int i = 0; i < ROUNDS; i++) {
                proof.awaitChanges(CHANGES);
                right.kill();
                servers = List.of(address(ahead));
                proof.awaitChanges(CHANGES);
                right = start(database, Map.of());
                servers = List.of(address(right), address(ahead));
                proof.awaitChanges(CHANGES);
                ahead.kill();
                servers = List.of(address(right));
                proof.awaitChanges(CHANGES);
                ahead = start(database, isAhead);
                servers = List.of(address(right), address(ahead));
            }
            proof.awaitChanges(CHANGES);
            proof.finish();
        } finally {
            right.close();
            ahead.close();
        }
    }

    private JarProcess start(DatabaseSettings database, Map<String, String> more) throws IOException {
        Map<String, String> variables = new HashMap<>(more);
        variables.put("LATCHKEY_DATABASE_URL", absolute(database.url()));
        variables.put("LATCHKEY_DATABASE_USER", database.user() == null ? "" : database.user());
        return JarProcess.start(folder, variables, "server", "config.yml");
    }

    /** The server has another folder. */
    private static String absolute(String url) {
        String sqlite = "jdbc:sqlite:";
        return url.startsWith(sqlite)
                ? sqlite + Path.of(url.substring(sqlite.length())).toAbsolutePath()
                : url;
    }

    private static URI address(JarProcess server) {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    /** By the server's clock. */
    private static Instant now(JarProcess server) {
        Api.Answer answer = server.api().send("GET", "/health/live", null);
        return ZonedDateTime.parse(answer.header("Date"), DateTimeFormatter.RFC_1123_DATE_TIME)
                .toInstant();
    }
}
