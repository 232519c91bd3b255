package dev.latchkey.testing;

import dev.latchkey.server.database.DatabaseSettings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** The real databases that the tests run on. */
public enum Engine {
    SQLITE {
        @Override
        public DatabaseSettings newDatabase() {
            try {
                Path folder = Files.createTempDirectory(Path.of("target"), "sqlite-");
                return settings("jdbc:sqlite:" + folder.resolve("latchkey.db"), null);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    },

    POSTGRES {
        @Override
        public DatabaseSettings newDatabase() {
            EmbeddedPostgres server = RunningPostgres.SERVER;
            String name = "latchkey_" + NUMBER.incrementAndGet();
            try (Connection connection = server.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + name);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            return settings("jdbc:postgresql://localhost:" + server.getPort() + "/" + name, "postgres");
        }
    };

    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** A new, empty database. */
    public abstract DatabaseSettings newDatabase();

    private static DatabaseSettings settings(String url, String user) {
        return new DatabaseSettings(url, user, null, 4, 0, null, null);
    }

    /** A connection past the server, to break things or to look behind it. */
    public static Connection connect(DatabaseSettings settings) throws SQLException {
        return DriverManager.getConnection(settings.url(), settings.user(), settings.password());
    }

    /** One server for all tests, started with the first that needs it; it ends with the test run. */
    private static final class RunningPostgres {
        static final EmbeddedPostgres SERVER = start();

        private static EmbeddedPostgres start() {
            try {
                // As a server is by itself; the embedded one would acknowledge what is not on disk.
                return EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "on")
                        .setServerConfig("synchronous_commit", "on")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
