package dev.latchkey.benchmark;

import dev.latchkey.data.LargeStore;
import java.time.Duration;
import java.util.Arrays;

/** The store alone with very many entries: what a read takes beside a read of few, and a page at the end of a list beside one at its start. */
final class EntryRuns implements AutoCloseable {
    static final String READ_OF_MANY = "read of ten million entries: p50 in ns";
    static final String READ_OF_FEW = "read of a thousand entries: p50 in ns";

    private static final int FEW = 1_000;

    private final Plan plan;
    private final LargeStore many;
    private final LargeStore few;

    private EntryRuns(Plan plan, LargeStore many, LargeStore few) {
        this.plan = plan;
        this.many = many;
        this.few = few;
    }

    static String list(boolean atEnd, boolean withValues) {
        return "list of a million keys" + (withValues ? " with values" : "") + ", a page at the "
                + (atEnd ? "end" : "start") + ": p50 in ns";
    }

    static EntryRuns start(Plan plan) throws Exception {
        System.out.printf("  (%,d entries are written)%n", plan.entries());
        return new EntryRuns(plan, new LargeStore(plan.engine(), plan.entries()), new LargeStore(plan.engine(), FEW));
    }

    void warmUp() {
        measure(plan.warmUp(), null);
    }

    void round(Measurements measurements) {
        measure(plan.measurement(), measurements);
    }

    private void measure(Duration time, Measurements measurements) {
        add(measurements, READ_OF_MANY, median(time, many::read));
        add(measurements, READ_OF_FEW, median(time, few::read));
        for (boolean withValues : new boolean[] {false, true}) {
            for (boolean atEnd : new boolean[] {false, true}) {
                add(measurements, list(atEnd, withValues), median(time, () -> many.list(atEnd, withValues)));
            }
        }
    }

    private static void add(Measurements measurements, String name, double nanos) {
        if (measurements != null) {
            measurements.add(name, nanos);
        }
    }

    /** How long one takes, of all that are done one after the other in that time. */
    private static double median(Duration time, Runnable action) {
        long[] nanos = new long[1024];
        int count = 0;
        long end = System.nanoTime() + time.toNanos();
        long begun = System.nanoTime();
        do {
            action.run();
            long done = System.nanoTime();
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, count * 2);
            }
            nanos[count++] = done - begun;
            begun = done;
        } while (begun < end);
        Arrays.sort(nanos, 0, count);
        return nanos[count / 2];
    }

    @Override
    public void close() throws Exception {
        many.close();
        few.close();
    }
}
