package dev.latchkey.data;

import dev.latchkey.server.database.Database;
import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.server.database.Grouping;
import dev.latchkey.testing.Engine;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.JettyManaged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;

/** A new database under {@code target/} with a number of users, and the store on it. It goes when it is closed. */
final class FreshStore implements AutoCloseable {
    private static final int CONNECTIONS = 16;
    private static final int WRITE_QUEUE = 1_000;

    private final Environment environment = new Environment("benchmark");
    private final Engine engine;
    private final DatabaseSettings settings;
    private final Entries entries;

    /** The users are {@code user-0} and so on. */
    FreshStore(Engine engine, Grouping grouping, int users) {
        this.engine = engine;
        DatabaseSettings fresh = engine.newDatabase();
        settings =
                new DatabaseSettings(fresh.url(), fresh.user(), fresh.password(), CONNECTIONS, WRITE_QUEUE, null, null);
        Database database = grouping.open(settings, environment);
        entries = new Entries(
                new EntryStore(database),
                new UserDataStore(database, new Quota(Long.MAX_VALUE, Long.MAX_VALUE)),
                Clock.systemUTC());
        database.write(handle -> {
            for (int i = 0; i < users; i++) {
                handle.createUpdate("""
                        INSERT INTO users (id, username, username_key, email, email_key, password_hash, full_name, gender, created_at)
                        VALUES (:id, :id, :id, :id, :id, '', '', '', 0)
                        """).bind("id", "user-" + i).execute();
            }
            return users;
        });
    }

    DatabaseSettings settings() {
        return settings;
    }

    Entries entries() {
        return entries;
    }

    @Override
    public void close() throws Exception {
        for (var managed : environment.lifecycle().getManagedObjects()) {
            ((JettyManaged) managed).getManaged().stop();
        }
        if (engine == Engine.SQLITE) {
            delete(Path.of(settings.url().substring("jdbc:sqlite:".length())).getParent());
        }
    }

    /** Every run leaves millions of rows. */
    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = files.toList();
            for (Path file : all) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
