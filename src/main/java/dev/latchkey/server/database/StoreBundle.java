package dev.latchkey.server.database;

import dev.latchkey.server.health.Readiness;
import dev.latchkey.server.health.ReadinessSettings;
import dev.latchkey.server.maintenance.Maintenance;
import dev.latchkey.server.metrics.Metrics;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.ConfiguredBundle;
import io.dropwizard.core.setup.Environment;
import java.time.Clock;

/**
 * JDBI on SQLite or PostgreSQL, with migrations, a pool, health checks and metrics, and a task on the admin port that makes a backup.
 *
 * @param <T> the application's configuration
 */
public final class StoreBundle<T extends Configuration & StoreConfiguration> implements ConfiguredBundle<T> {
    private final Metrics metrics;
    private DatabaseSettings settings;
    private Database database;
    private Database reserved;

    public StoreBundle(Metrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void run(T configuration, Environment environment) {
        settings = configuration.database();
        Database opened = Databases.open(settings, environment);
        MeasuredDatabase measured = MeasuredDatabase.of(opened);
        StoreMetrics.addTo(metrics, settings, measured);
        database = measured;
        reserved = measured.with(Databases.reserved(opened, settings, environment));
        environment.admin().addTask(new BackupTask(settings));
    }

    /** Adds what the server needs of its store. To be called once the bundle has run. */
    public void addTo(Readiness readiness, ReadinessSettings limits) {
        new StoreChecks(database).addTo(readiness);
        if (settings.isSqlite()) {
            StoreChecks.addDisks(settings, limits, readiness);
        }
    }

    /** Adds the backups that the server makes by itself. To be called once the bundle has run. */
    public void addBackups(Maintenance maintenance, BackupSettings backups, Clock clock) {
        new BackupSchedule(settings, backups, clock).addTo(maintenance, metrics);
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
