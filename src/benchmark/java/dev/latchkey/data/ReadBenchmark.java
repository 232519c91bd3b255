package dev.latchkey.data;

import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/** Finding one entry of ten thousand. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class ReadBenchmark {
    private static final int READERS = 4;
    private static final int WRITERS = 16;

    /** Bare JDBC, with a statement that is prepared once. */
    @Benchmark
    public String bareFind(MeasuredStore store, BareConnection connection) throws SQLException {
        return store.find(connection.jdbc());
    }

    /** The entry store. */
    @Benchmark
    public Entry find(MeasuredStore store) {
        return store.find();
    }

    /** Four that read. */
    @Benchmark
    @Group("readersAlone")
    @GroupThreads(READERS)
    public Entry findAlone(MeasuredStore store, CpuClock clock) {
        clock.count();
        return store.find();
    }

    /** Four that read... */
    @Benchmark
    @Group("readersAndWriters")
    @GroupThreads(READERS)
    public Entry findWhileOthersWrite(MeasuredStore store, CpuClock clock) {
        clock.count();
        return store.find();
    }

    /** ...while sixteen write. */
    @Benchmark
    @Group("readersAndWriters")
    @GroupThreads(WRITERS)
    public boolean insert(MeasuredStore store) {
        return store.insert();
    }
}
