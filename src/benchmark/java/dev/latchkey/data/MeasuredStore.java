package dev.latchkey.data;

import dev.latchkey.benchmark.BareJdbc;
import dev.latchkey.benchmark.BenchmarkLogging;
import dev.latchkey.server.database.Database;
import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.server.database.Grouping;
import dev.latchkey.testing.Engine;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.JettyManaged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A new database under {@code target/} with users and some entries, and the two ways to it: the store, and bare JDBC. */
@State(Scope.Benchmark)
public class MeasuredStore {
    private static final String VALUE = "v".repeat(100);
    private static final int ENTRIES = 10_000;
    private static final int CONNECTIONS = 16;
    private static final int WRITE_QUEUE = 1_000;

    /** Set from outside. */
    @Param("SQLITE")
    public Engine engine;

    /** Set from outside. */
    @Param("GROUPS")
    public Grouping grouping;

    /** Set from outside. Rows of one user come to lie side by side, those of many all over the file. */
    @Param("1000")
    public int users;

    private final AtomicLong inserted = new AtomicLong();
    private Environment environment;
    private DatabaseSettings settings;
    private Entries store;

    @Setup(Level.Trial)
    public void open() throws SQLException {
        BenchmarkLogging.quiet();
        environment = new Environment("benchmark");
        DatabaseSettings fresh = engine.newDatabase();
        settings =
                new DatabaseSettings(fresh.url(), fresh.user(), fresh.password(), CONNECTIONS, WRITE_QUEUE, null, null);
        Database database = grouping.open(settings, environment);
        store = new Entries(
                new EntryStore(database),
                new UserDataStore(database, new Quota(Long.MAX_VALUE, Long.MAX_VALUE)),
                Clock.systemUTC());
        database.write(handle -> {
            for (int i = 0; i < users; i++) {
                handle.createUpdate("""
                        INSERT INTO users (id, username, username_key, email, email_key, password_hash, full_name, gender, created_at)
                        VALUES (:id, :id, :id, :id, :id, '', '', '', 0)
                        """).bind("id", user(i)).execute();
            }
            return users;
        });
        try (BareJdbc bare = connect()) {
            bare.begin();
            for (int i = 0; i < ENTRIES; i++) {
                insert(bare);
            }
            bare.commit();
        }
    }

    @TearDown(Level.Trial)
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
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    BareJdbc connect() throws SQLException {
        return new BareJdbc(settings);
    }

    boolean insert() {
        long number = inserted.getAndIncrement();
        Operation create = new Operation(Operation.Kind.CREATE, key(number), VALUE, null, Conditions.NONE);
        return store.apply(user(number), List.of(create), null).isDone();
    }

    int insert(BareJdbc bare) throws SQLException {
        long number = inserted.getAndIncrement();
        return bare.insert(user(number), key(number), VALUE, System.currentTimeMillis());
    }

    Entry find() {
        int number = ThreadLocalRandom.current().nextInt(ENTRIES);
        return store.read(user(number), key(number), Conditions.NONE);
    }

    String find(BareJdbc bare) throws SQLException {
        int number = ThreadLocalRandom.current().nextInt(ENTRIES);
        return bare.find(user(number), key(number));
    }

    /** One after the other, so that those who write at the same time write for different ones. */
    private String user(long number) {
        return "user-" + number % users;
    }

    private static String key(long number) {
        return "key-" + number;
    }
}
