package dev.latchkey.data;

import dev.latchkey.benchmark.BareJdbc;
import dev.latchkey.benchmark.BenchmarkLogging;
import dev.latchkey.server.database.Grouping;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.Engine;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
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
    private FreshStore store;

    @Setup(Level.Trial)
    public void open() throws SQLException {
        BenchmarkLogging.quiet();
        store = new FreshStore(engine, grouping, users);
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
        store.close();
    }

    BareJdbc connect() throws SQLException {
        return new BareJdbc(store.settings());
    }

    boolean insert() {
        long number = inserted.getAndIncrement();
        Operation create = new Operation(Operation.Kind.CREATE, key(number), VALUE, null, Conditions.NONE);
        return Await.result(store.entries().apply(user(number), List.of(create), null))
                .isDone();
    }

    int insert(BareJdbc bare) throws SQLException {
        long number = inserted.getAndIncrement();
        return bare.insert(user(number), key(number), VALUE, System.currentTimeMillis());
    }

    Entry find() {
        int number = ThreadLocalRandom.current().nextInt(ENTRIES);
        return store.entries().read(user(number), key(number), Conditions.NONE);
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
