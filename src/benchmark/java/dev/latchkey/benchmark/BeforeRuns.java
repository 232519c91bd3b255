package dev.latchkey.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * This Latchkey over HTTP beside another one, such as the last release, each in its own process on its own store.
 *
 * <p>{@code -Dbenchmark.kinds=READ,UPDATE} asks for these alone.
 */
final class BeforeRuns implements AutoCloseable {
    /** What the clients ask for. */
    enum Kind {
        UPDATE("PUT /api/data/{key}", 200),
        CREATE("POST /api/data", 201),
        READ("GET /api/data/{key}", 200),
        LIST("GET /api/data, a page", 200),
        BATCH("POST /api/data/batch of 10", 200),
        REFRESH("POST /api/token/refresh", 200),
        LOG_IN("POST /api/token", 200);

        private final String shown;
        private final int status;

        Kind(String shown, int status) {
            this.shown = shown;
            this.status = status;
        }

        /** Those that are asked for, or all. */
        static List<Kind> chosen() {
            String names = System.getProperty("benchmark.kinds", "");
            return names.isEmpty()
                    ? List.of(values())
                    : Stream.of(names.split(",")).map(Kind::valueOf).toList();
        }
    }

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

    /** One of the two. */
    private record Side(boolean isNow, LatchkeyProcess latchkey, BeforeClients clients) {

        static Side of(boolean isNow, LatchkeyProcess latchkey) throws IOException, InterruptedException {
            return new Side(isNow, latchkey, BeforeClients.of(latchkey, Kind.chosen()));
        }

        HttpLoad.Seen load(Kind kind, Duration time) throws Exception {
            return HttpLoad.measure(latchkey.process().port(), clients.asking(kind), time, kind.status);
        }
    }

    /** {@code jar} is the other, or null to compare this with itself. */
    static BeforeRuns start(Plan plan, Path jar) throws IOException, InterruptedException {
        return new BeforeRuns(
                plan,
                List.of(
                        Side.of(true, LatchkeyProcess.start(plan.engine())),
                        Side.of(
                                false,
                                jar == null
                                        ? LatchkeyProcess.start(plan.engine())
                                        : LatchkeyProcess.start(plan.engine(), jar))));
    }

    /** A cold JVM is many times slower. */
    void warmUp() throws Exception {
        for (Side side : sides) {
            for (Kind kind : Kind.chosen()) {
                side.load(kind, plan.serverWarmUp());
            }
        }
    }

    /** In turns, and each round in another order: who comes second finds the disk busier. */
    void round(int number, Measurements measurements) throws Exception {
        for (Kind kind : Kind.chosen()) {
            for (int turn = 0; turn < sides.size(); turn++) {
                Side side = sides.get((number + turn) % sides.size());
                Duration cpuBefore = side.latchkey().process().cpu();
                HttpLoad.Seen seen = side.load(kind, plan.measurement());
                Duration cpu = side.latchkey().process().cpu().minus(cpuBefore);
                measurements.add(rate(kind, side.isNow()), seen.rate());
                measurements.add(cpu(kind, side.isNow()), (double) cpu.toNanos() / seen.requests());
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        for (Side side : sides) {
            side.latchkey().close();
        }
    }
}
