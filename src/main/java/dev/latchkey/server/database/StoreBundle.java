package dev.latchkey.server.database;

import io.dropwizard.core.Configuration;
import io.dropwizard.core.ConfiguredBundle;
import io.dropwizard.core.setup.Environment;

/**
 * JDBI on SQLite or PostgreSQL, with migrations, a pool, health checks and metrics, and a task on the admin port that makes a backup.
 *
 * @param <T> the application's configuration
 */
public final class StoreBundle<T extends Configuration & StoreConfiguration> implements ConfiguredBundle<T> {
    private Database database;
    private Database reserved;

    @Override
    public void run(T configuration, Environment environment) {
        DatabaseSettings settings = configuration.database();
        database = Databases.open(settings, environment);
        reserved = Databases.reserved(database, settings, environment);
        environment.admin().addTask(new BackupTask(settings));
    }

    /** Available once the bundle has run. */
    public Database database() {
        return database;
    }

    /** The same, with a connection for reads that no request uses. */
    public Database reserved() {
        return reserved;
    }
}
