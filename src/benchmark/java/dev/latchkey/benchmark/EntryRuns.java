package dev.latchkey.benchmark;

import dev.latchkey.data.LargeStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Very many entries: what a read takes beside a read of few, and a page at the end of a list beside one at its start. */
final class EntryRuns implements AutoCloseable {
    static final String GET_OF_MANY = "GET of ten million entries, a lone client: p50 in µs";
    static final String GET_OF_FEW = "GET of a thousand entries, a lone client: p50 in µs";
    static final String READ_OF_MANY = "store, read of ten million entries: p50 in ns";
    static final String READ_OF_FEW = "store, read of a thousand entries: p50 in ns";

    private static final int FEW = 1_000;

    private final Plan plan;
    private final Served many;
    private final Served few;

    private EntryRuns(Plan plan, Served many, Served few) {
        this.plan = plan;
        this.many = many;
        this.few = few;
    }

    /** A store, a server on it, and the {@code Authorization} headers of the store's users. */
    private record Served(LargeStore store, LatchkeyProcess latchkey, List<String> users) {

        static Served start(Plan plan, int entries) throws Exception {
            LargeStore store = new LargeStore(plan.engine(), entries);
            LatchkeyProcess latchkey = LatchkeyProcess.start(store.settings());
            store.givePassword(LatchkeyProcess.USER);
            List<String> users = new ArrayList<>();
            for (String user : store.users()) {
                users.add(latchkey.authorization(user));
            }
            return new Served(store, latchkey, users);
        }

        double get(Duration time) throws Exception {
            HttpLoad.Seen seen = HttpLoad.measure(
                    latchkey.process().port(),
                    1,
                    time,
                    200,
                    () -> HttpLoad.request(
                            "GET /api/data/" + store.anyKey(),
                            users.get(ThreadLocalRandom.current().nextInt(users.size())) + "\r\n",
                            ""));
            return seen.p50() * 1000;
        }

        void close() throws Exception {
            latchkey.close();
            store.close();
        }
    }

    static String list(boolean atEnd, boolean withValues) {
        return "store, list of a million keys" + (withValues ? " with values" : "") + ", a page at the "
                + (atEnd ? "end" : "start") + ": p50 in ns";
    }

    static EntryRuns start(Plan plan) throws Exception {
        System.out.printf("  (%,d entries are written)%n", plan.entries());
        return new EntryRuns(plan, Served.start(plan, plan.entries()), Served.start(plan, FEW));
    }

    void warmUp() throws Exception {
        many.get(plan.serverWarmUp());
        few.get(plan.serverWarmUp());
        measure(plan.warmUp(), null);
    }

    void round(Measurements measurements) throws Exception {
        measure(plan.measurement(), measurements);
    }

    private void measure(Duration time, Measurements measurements) throws Exception {
        add(measurements, GET_OF_MANY, many.get(time));
        add(measurements, GET_OF_FEW, few.get(time));
        LargeStore large = many.store();
        add(measurements, READ_OF_MANY, median(time, large::read));
        add(measurements, READ_OF_FEW, median(time, few.store()::read));
        for (boolean withValues : new boolean[] {false, true}) {
            for (boolean atEnd : new boolean[] {false, true}) {
                add(measurements, list(atEnd, withValues), median(time, () -> large.list(atEnd, withValues)));
            }
        }
    }

    private static void add(Measurements measurements, String name, double value) {
        if (measurements != null) {
            measurements.add(name, value);
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
