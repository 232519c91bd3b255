package dev.latchkey.server.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Engine;
import dev.latchkey.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LogCheckpointsIT {
    private static final int WRITERS = 4;
    // Much more than any log file may hold.
    private static final int WRITES = 2_000;

    private final TestDatabase database = new TestDatabase(Engine.SQLITE);
    private final Path log = Path.of(database.settings().url().substring("jdbc:sqlite:".length()) + "-wal");
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @BeforeEach
    void addUsers() {
        for (int i = 0; i < WRITERS; i++) {
            database.addUser("user" + i);
        }
    }

    @AfterEach
    void close() throws Exception {
        threads.shutdownNow();
        database.close();
    }

    @Test
    void theLogStaysBoundedWhileWritingNeverPauses() throws Exception {
        long largest = largestLogWhileWriting();

        assertThat(database.metrics().timer("database.log.checkpoints").getCount())
                .isPositive();
        assertThat(largest).isBetween(1L, 2 * LogCheckpoints.MAX_FILE_BYTES);
    }

    @Test
    void theLogShrinksAgainAfterSomebodyHasReadOneStateForLong() throws Exception {
        try (Connection reader = Engine.connect(database.settings());
                Statement statement = reader.createStatement()) {
            statement.execute("BEGIN");
            try (ResultSet row = statement.executeQuery("SELECT count(*) FROM users")) {
                assertThat(row.next()).isTrue();
            }
            assertThat(largestLogWhileWriting())
                    .as("what somebody reads cannot be overwritten")
                    .isGreaterThan(2 * LogCheckpoints.MAX_FILE_BYTES);
            statement.execute("COMMIT");
        }
        // The test's time is over before this goes on for ever.
        for (int n = 0; Files.size(log) > LogCheckpoints.MAX_FILE_BYTES; n++) {
            write("user0", "name " + n);
        }
    }

    private long largestLogWhileWriting() throws Exception {
        List<Future<Long>> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            String user = "user" + i;
            writers.add(threads.submit(() -> {
                long largest = 0;
                for (int n = 0; n < WRITES / WRITERS; n++) {
                    // Other bytes than before in all of it, since SQLite writes only the pages that differ.
                    write(user, Character.toString('a' + n % 26).repeat(100_000));
                    largest = Math.max(largest, Files.size(log));
                }
                return largest;
            }));
        }
        long largest = 0;
        for (Future<Long> writer : writers) {
            largest = Math.max(largest, writer.get());
        }
        return largest;
    }

    private void write(String user, String name) throws IOException {
        database.database().write(handle -> handle.createUpdate("UPDATE users SET full_name = :name WHERE id = :user")
                .bind("name", name)
                .bind("user", user)
                .execute());
    }
}
