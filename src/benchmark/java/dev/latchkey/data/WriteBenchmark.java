package dev.latchkey.data;

import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/** Durable inserts: a row is counted when it is on disk. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class WriteBenchmark {
    private static final int GROUP = 64;

    /** Bare JDBC, a commit for each row. */
    @Benchmark
    public int bareOnes(MeasuredStore store, BareConnection connection) throws SQLException {
        return store.insert(connection.jdbc());
    }

    /** Bare JDBC, a commit for 64 rows. */
    @Benchmark
    @OperationsPerInvocation(GROUP)
    public void bareGroups(MeasuredStore store, BareConnection connection) throws SQLException {
        connection.jdbc().begin();
        for (int i = 0; i < GROUP; i++) {
            store.insert(connection.jdbc());
        }
        connection.jdbc().commit();
    }

    /** The entry store, from as many threads as there are. */
    @Benchmark
    public boolean insert(MeasuredStore store) {
        return store.insert();
    }
}
