package dev.latchkey.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** This Latchkey over HTTP beside another one, such as the last release, each in its own process on its own store, with 64 clients. */
final class BeforeRuns implements AutoCloseable {
    /** What the clients ask for. */
    enum Kind {
        UPDATE("PUT /api/data/{key}", 200),
        CREATE("POST /api/data", 201),
        READ("GET /api/data/{key}", 200);

        private final String shown;
        private final int status;

        Kind(String shown, int status) {
            this.shown = shown;
            this.status = status;
        }
    }

    private static final int CLIENTS = 64;
    private static final int USERS = 20;
    private static final int KEYS = 10;
    private static final String VALUE = "v".repeat(100);

    private final Plan plan;
    private final List<Side> sides;

    private BeforeRuns(Plan plan, List<Side> sides) {
        this.plan = plan;
        this.sides = sides;
    }

    static String rate(Kind kind, boolean isNow) {
        return name(kind, isNow) + "requests/s";
    }

    static String cpu(Kind kind, boolean isNow) {
        return name(kind, isNow) + "ns of a processor";
    }

    private static String name(Kind kind, boolean isNow) {
        return (isNow ? "this" : "the other") + ", " + kind.shown + ": ";
    }

    /** One of the two, with {@link #KEYS} entries of each of {@link #USERS} users. */
    private record Side(boolean isNow, LatchkeyProcess latchkey, List<String> users, AtomicLong created) {

        static Side of(boolean isNow, LatchkeyProcess latchkey) throws IOException, InterruptedException {
            List<String> users = new ArrayList<>();
            for (int i = 0; i < USERS; i++) {
                String user = latchkey.newUser("user" + i);
                for (int key = 0; key < KEYS; key++) {
                    latchkey.store(user, Integer.toString(key), VALUE);
                }
                users.add(user);
            }
            return new Side(isNow, latchkey, users, new AtomicLong());
        }

        Supplier<String> requests(Kind kind) {
            return () -> {
                ThreadLocalRandom random = ThreadLocalRandom.current();
                String headers = users.get(random.nextInt(USERS)) + "\r\n";
                String path = "/api/data/" + random.nextInt(KEYS);
                return switch (kind) {
                    case UPDATE -> HttpLoad.request("PUT " + path, headers, "{\"value\":\"" + VALUE + "\"}");
                    case CREATE ->
                        HttpLoad.request(
                                "POST /api/data",
                                headers,
                                LatchkeyProcess.entry("new" + created.incrementAndGet(), VALUE));
                    case READ -> HttpLoad.request("GET " + path, headers, "");
                };
            };
        }
    }

    /** {@code jar} is the other, or null to compare this with itself. */
    static BeforeRuns start(Plan plan, Path jar) throws IOException, InterruptedException {
        return new BeforeRuns(
                plan,
                List.of(
                        Side.of(true, LatchkeyProcess.start(plan.engine(), List.of())),
                        Side.of(
                                false,
                                jar == null
                                        ? LatchkeyProcess.start(plan.engine(), List.of())
                                        : LatchkeyProcess.start(plan.engine(), jar))));
    }

    /** A cold JVM is many times slower. */
    void warmUp() throws Exception {
        for (Side side : sides) {
            for (Kind kind : Kind.values()) {
                load(side, kind, plan.serverWarmUp());
            }
        }
    }

    /** In turns, and each round in another order: who comes second finds the disk busier. */
    void round(int number, Measurements measurements) throws Exception {
        for (Kind kind : Kind.values()) {
            for (int turn = 0; turn < sides.size(); turn++) {
                Side side = sides.get((number + turn) % sides.size());
                Duration cpuBefore = side.latchkey().process().cpu();
                HttpLoad.Seen seen = load(side, kind, plan.measurement());
                Duration cpu = side.latchkey().process().cpu().minus(cpuBefore);
                measurements.add(rate(kind, side.isNow()), seen.rate());
                measurements.add(cpu(kind, side.isNow()), (double) cpu.toNanos() / seen.requests());
            }
        }
    }

    private static HttpLoad.Seen load(Side side, Kind kind, Duration time) throws Exception {
        return HttpLoad.measure(side.latchkey().process().port(), CLIENTS, time, kind.status, side.requests(kind));
    }

    @Override
    public void close() throws InterruptedException {
        for (Side side : sides) {
            side.latchkey().close();
        }
    }
}
