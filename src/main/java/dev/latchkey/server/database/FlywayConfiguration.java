package dev.latchkey.server.database;

import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** How Flyway finds a store and our migrations. */
final class FlywayConfiguration {
    private FlywayConfiguration() {}

    /** For the store of these settings, which may be changed further. */
    static FluentConfiguration of(DatabaseSettings settings) throws SQLException {
        FluentConfiguration configuration = Flyway.configure()
                // Flyway retries to create an existing one ten times, with a second between.
                .createSchemas(false)
                .table(SchemaHistory.TABLE)
                // By default, Flyway accepts what is newer than it knows.
                .ignoreMigrationPatterns(new String[0])
                .locations("classpath:migrations")
                .javaMigrations(new MailboxMigration());
        if (settings.isSqlite()) {
            SqliteLibrary.load();
            return configuration
                    // Must be set before the address. SQLite must not create a file, which everybody could read.
                    .jdbcProperties(SqliteDatabase.WITHOUT_CREATE)
                    .dataSource(settings.driverUrl(), null, null)
                    .placeholders(placeholders("TEXT"));
        }
        PostgresConnections connections = MigrationDataSources.postgres(settings);
        return configuration
                .dataSource(connections)
                .placeholders(placeholders(PostgresServer.ask(connections).textType()));
    }

    private static Map<String, String> placeholders(String textType) {
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        return Map.of("text", textType, "now", Long.toString(now));
    }
}
