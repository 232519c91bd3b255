package dev.latchkey.benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What reading is like while a thousand others keep their connections as slowly as they can. */
final class SlowClientRuns implements AutoCloseable {
    static final String RATE_ALONE = "GET /api/data/{key}, 16 clients: requests/s";
    static final String RATE_BESIDE = "the same, beside 1,000 slow clients";
    static final String P99_ALONE = "GET /api/data/{key}, 16 clients: p99, ms";
    static final String P99_BESIDE = "the same p99, beside 1,000 slow clients";

    private static final int READERS = 16;
    private static final int SLOW = 1_000;
    private static final int USERS = 6;
    private static final int LARGE_VALUES = 8;

    private final Plan plan;
    private final LatchkeyProcess latchkey;
    private final List<SlowClients.Habit> habits;

    private SlowClientRuns(Plan plan, LatchkeyProcess latchkey, List<SlowClients.Habit> habits) {
        this.plan = plan;
        this.latchkey = latchkey;
        this.habits = habits;
    }

    static SlowClientRuns start(Plan plan) throws IOException, InterruptedException {
        LatchkeyProcess latchkey = LatchkeyProcess.start(plan.engine());
        List<SlowClients.Habit> habits = new ArrayList<>();
        for (int user = 0; user < USERS; user++) {
            habits.addAll(SlowClients.habits(latchkey.newUser("slow" + user, LARGE_VALUES)));
        }
        return new SlowClientRuns(plan, latchkey, habits);
    }

    void warmUp() throws Exception {
        HttpLoad.rate(latchkey.process().port(), READERS, plan.serverWarmUp(), 200, latchkey::read);
    }

    void round(Measurements measurements) throws Exception {
        HttpLoad.Seen alone = read();
        HttpLoad.Seen beside;
        try (SlowClients slow = SlowClients.begin(latchkey.process().port(), SLOW, habits)) {
            // What they ask for is work like any other; what is measured is what their slowness costs.
            Thread.sleep(plan.serverWarmUp().toMillis());
            beside = read();
            slow.requireAlive();
        }
        measurements.add(RATE_ALONE, alone.rate());
        measurements.add(RATE_BESIDE, beside.rate());
        measurements.add(P99_ALONE, alone.p99());
        measurements.add(P99_BESIDE, beside.p99());
    }

    private HttpLoad.Seen read() throws Exception {
        String entry = latchkey.read();
        return HttpLoad.measure(
                latchkey.process().port(), READERS, plan.measurement().multipliedBy(3), 200, () -> entry);
    }

    @Override
    public void close() throws InterruptedException {
        latchkey.close();
    }
}
