package dev.latchkey.testing;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
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

        @Override
        public DatabaseSettings newStore() {
            DatabaseSettings settings = newDatabase();
            try {
                Files.copy(file(MIGRATED.get(this)), file(settings));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return settings;
        }

        @Override
        void drop(DatabaseSettings settings) {
            // It is in target.
        }

        private static Path file(DatabaseSettings settings) {
            return Path.of(settings.url().substring("jdbc:sqlite:".length()));
        }
    },

    POSTGRES {
        @Override
        public DatabaseSettings newDatabase() {
            return create("");
        }

        @Override
        public DatabaseSettings newStore() {
            return create(" TEMPLATE " + name(MIGRATED.get(this)));
        }

        @Override
        public DatabaseSettings copyOf(DatabaseSettings settings) {
            return create(" TEMPLATE " + name(settings));
        }

        @Override
        void drop(DatabaseSettings settings) {
            execute("DROP DATABASE IF EXISTS " + name(settings) + " WITH (FORCE)");
        }

        private DatabaseSettings create(String like) {
            String name = "latchkey_" + NUMBER.incrementAndGet();
            execute("CREATE DATABASE " + name + like);
            return settings("jdbc:postgresql://localhost:" + RunningPostgres.SERVER.getPort() + "/" + name, "postgres");
        }

        private static String name(DatabaseSettings settings) {
            return settings.url().substring(settings.url().lastIndexOf('/') + 1);
        }

        private static void execute(String sql) {
            try (Connection connection =
                            RunningPostgres.SERVER.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    };

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final LoadingCache<Engine, DatabaseSettings> MIGRATED =
            Caffeine.newBuilder().build(Engine::migrated);

    /** A new, empty database. */
    public abstract DatabaseSettings newDatabase();

    /** A new database with the tables of a store in it, by copying one: to migrate each would take most of the time of many tests. */
    public abstract DatabaseSettings newStore();

    /** A new PostgreSQL database with all that is in one that nobody has open, as a dump of it would make one. */
    public DatabaseSettings copyOf(DatabaseSettings settings) {
        throw new UnsupportedOperationException("Files are copied");
    }

    /** Removes a database of this run; hundreds would take the run long to clean up at its end. */
    abstract void drop(DatabaseSettings settings);

    private DatabaseSettings migrated() {
        DatabaseSettings settings = newDatabase();
        try (TestDatabase migrated = new TestDatabase(settings)) {
            return migrated.settings();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

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
                // No test takes the power from this one, so it need not wait for the disk; else it commits as a server
                // by itself does.
                return EmbeddedPostgres.builder()
                        .setServerConfig("synchronous_commit", "on")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
