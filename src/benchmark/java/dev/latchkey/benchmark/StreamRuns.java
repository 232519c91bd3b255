package dev.latchkey.benchmark;

import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.EventStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What open streams of changes take from writers, and how soon a change is in one. */
final class StreamRuns implements AutoCloseable {
    static final String ALONE = "POST /api/data, 16 clients: requests/s";
    static final String BESIDE = "the same, beside 1,000 streams of other users";
    static final String WRITE = "POST /api/data, a lone client: median, µs";
    static final String HERE = "until it is in a stream of the same server: median, µs";
    static final String THERE = "until it is in a stream of another server: median, µs";

    private static final int WRITERS = 16;
    private static final int STREAMS = 1_000;
    private static final int STREAMS_OF_A_USER = 20;

    private final Plan plan;
    private final LatchkeyProcess latchkey;
    private final LatchkeyProcess first;
    private final LatchkeyProcess second;
    private final List<String> users;
    private final AtomicLong keys = new AtomicLong();

    private StreamRuns(
            Plan plan, LatchkeyProcess latchkey, LatchkeyProcess first, LatchkeyProcess second, List<String> users) {
        this.plan = plan;
        this.latchkey = latchkey;
        this.first = first;
        this.second = second;
        this.users = users;
    }

    /** One server on the plan's database, and two that share a PostgreSQL. */
    static StreamRuns start(Plan plan) throws Exception {
        LatchkeyProcess latchkey = LatchkeyProcess.start(plan.engine());
        List<String> users = new ArrayList<>();
        for (int i = 0; i < STREAMS / STREAMS_OF_A_USER; i++) {
            users.add(latchkey.newUser("follower" + i));
        }
        DatabaseSettings shared = Engine.POSTGRES.newDatabase();
        LatchkeyProcess first = LatchkeyProcess.start(shared);
        return new StreamRuns(plan, latchkey, first, LatchkeyProcess.beside(first, shared), users);
    }

    void warmUp() throws Exception {
        write(plan.serverWarmUp());
        delays(first, first, 20);
    }

    void round(Measurements measurements) throws Exception {
        Duration time = plan.measurement().multipliedBy(3);
        double before = write(time);
        try (OpenStreams streams = OpenStreams.open(latchkey.process().port(), STREAMS, users)) {
            measurements.add(BESIDE, write(time));
            streams.requireOpen();
        }
        // A server becomes faster for minutes, so what is compared stands in the middle.
        measurements.add(ALONE, (before + write(time)) / 2);
        Delays here = delays(latchkey, latchkey, 50);
        measurements.add(WRITE, here.write());
        measurements.add(HERE, here.news());
        measurements.add(THERE, delays(first, second, 50).news());
    }

    private double write(Duration time) throws Exception {
        return HttpLoad.rate(
                latchkey.process().port(), WRITERS, time, 201, () -> latchkey.create("w" + keys.incrementAndGet()));
    }

    /** Medians in microseconds: of writes, and from their beginning until they are in a stream. */
    private record Delays(double write, double news) {}

    private Delays delays(LatchkeyProcess writing, LatchkeyProcess following, int times) throws Exception {
        List<Long> writes = new ArrayList<>();
        List<Long> news = new ArrayList<>();
        URI address = URI.create("http://127.0.0.1:" + following.process().port());
        try (EventStream stream = EventStream.open(address, writing.token(), "?values=false")) {
            while (!stream.next().orElseThrow().name().equals("position")) {}
            for (int i = 0; i < times; i++) {
                String key = "delayed" + keys.incrementAndGet();
                long begun = System.nanoTime();
                writing.store(key);
                writes.add(System.nanoTime() - begun);
                while (!stream.nextChange().data().path("key").asText().equals(key)) {}
                news.add(System.nanoTime() - begun);
            }
        }
        return new Delays(median(writes), median(news));
    }

    private static double median(List<Long> nanos) {
        nanos.sort(null);
        return nanos.get(nanos.size() / 2) / 1e3;
    }

    @Override
    public void close() throws InterruptedException {
        latchkey.close();
        first.close();
        second.close();
    }
}
