package dev.latchkey.testing;

import com.codahale.metrics.MetricRegistry;
import dev.latchkey.server.database.Database;
import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.server.database.Databases;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.JettyManaged;

/** A database without a server, for the tests of the stores. */
public final class TestDatabase implements AutoCloseable {
    private final Environment environment = new Environment("test");
    private final Engine engine;
    private final DatabaseSettings settings;
    private final Database database;

    /** A new one, which goes when it is closed. */
    public TestDatabase(Engine engine) {
        this(engine, engine.newStore());
    }

    /** One that is there, or is made here. It stays. */
    public TestDatabase(DatabaseSettings settings) {
        this(null, settings);
    }

    private TestDatabase(Engine engine, DatabaseSettings settings) {
        this.engine = engine;
        this.settings = settings;
        this.database = Databases.open(settings, environment);
    }

    public Database database() {
        return database;
    }

    /** The same with a connection for reading that nothing else takes. */
    public Database reserved() {
        return Databases.reserved(database, settings, environment);
    }

    public DatabaseSettings settings() {
        return settings;
    }

    public MetricRegistry metrics() {
        return environment.metrics();
    }

    /** Adds a user who can have entries; {@code id} is the name as well. */
    public void addUser(String id) {
        database.write(handle -> handle.createUpdate("""
                INSERT INTO users (id, username, username_key, email, email_key, password_hash, full_name, gender, created_at)
                VALUES (:id, :id, :id, :id, :id, '', '', '', 0)
                """).bind("id", id).execute());
    }

    /** Closes the pools. */
    @Override
    public void close() throws Exception {
        for (var managed : environment.lifecycle().getManagedObjects()) {
            // Stopping the wrapper would do nothing: it was never started.
            ((JettyManaged) managed).getManaged().stop();
        }
        if (engine != null) {
            engine.drop(settings);
        }
    }
}
