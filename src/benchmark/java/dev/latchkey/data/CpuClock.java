package dev.latchkey.data;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What a thread got done, such as reads, and the time of a processor that it took for that. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class CpuClock {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Counts for JMH. */
    public long reads;

    /** Counts for JMH. */
    public long cpuNanos;

    private long readsSoFar;
    private long start;

    @Setup(Level.Iteration)
    public void start() {
        readsSoFar = 0;
        start = THREADS.getCurrentThreadCpuTime();
    }

    /** One more is done. */
    public void count() {
        readsSoFar++;
    }

    /** JMH takes the counts after this. */
    @TearDown(Level.Iteration)
    public void stop() {
        cpuNanos = THREADS.getCurrentThreadCpuTime() - start;
        reads = readsSoFar;
    }
}
