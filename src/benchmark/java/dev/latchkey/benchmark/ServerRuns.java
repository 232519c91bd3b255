package dev.latchkey.benchmark;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Latchkey over HTTP beside bare Jetty, each in its own process, with 64 clients. */
final class ServerRuns implements AutoCloseable {
    static final String JETTY = "bare Jetty, 100 bytes: requests/s";
    static final String JETTY_READ = "bare Jetty and bare JDBC, read: requests/s";
    static final String JETTY_WRITE = "bare Jetty and bare JDBC, insert: requests/s";
    static final String READ = "Latchkey, GET /api/data/{key}: requests/s";
    static final String READ_CPU = "Latchkey, GET /api/data/{key}: ns of a processor";
    static final String WRITE = "Latchkey, POST /api/data: requests/s";

    private static final int CLIENTS = 64;
    private static final String VALUE = "v".repeat(50);

    private final AtomicLong keys = new AtomicLong();
    private final Plan plan;
    private final ServerProcess jetty;
    private final LatchkeyProcess latchkey;
    private final List<Load> loads;

    private record Load(String name, ServerProcess server, int status, Supplier<String> requests) {}

    private ServerRuns(Plan plan, ServerProcess jetty, LatchkeyProcess latchkey) {
        this.plan = plan;
        this.jetty = jetty;
        this.latchkey = latchkey;
        String bytes = HttpLoad.request("GET /bytes", "", "");
        String row = HttpLoad.request("GET /row", "", "");
        String entry = latchkey.read();
        Supplier<String> newRow = () -> HttpLoad.request("POST /row/" + keys.incrementAndGet(), "", VALUE);
        Supplier<String> newEntry = () -> latchkey.create(Long.toString(keys.incrementAndGet()));
        loads = List.of(
                new Load(JETTY, jetty, 200, () -> bytes),
                new Load(JETTY_READ, jetty, 200, () -> row),
                new Load(READ, latchkey.process(), 200, () -> entry),
                new Load(JETTY_WRITE, jetty, 201, newRow),
                new Load(WRITE, latchkey.process(), 201, newEntry));
    }

    /** Starts both servers. */
    static ServerRuns start(Plan plan) throws IOException, InterruptedException {
        return new ServerRuns(
                plan,
                ServerProcess.start(Jvm.of(BareJetty.class, plan.engine().name())),
                LatchkeyProcess.start(plan.engine()));
    }

    /** A cold JVM is many times slower. */
    void warmUp() throws Exception {
        for (Load load : loads) {
            HttpLoad.rate(load.server().port(), CLIENTS, plan.serverWarmUp(), load.status(), load.requests());
        }
    }

    /** One after the other: there is never more than one server at work. */
    void round(Measurements measurements) throws Exception {
        for (Load load : loads) {
            Duration cpuBefore = load.server().cpu();
            HttpLoad.Seen seen =
                    HttpLoad.measure(load.server().port(), CLIENTS, plan.measurement(), load.status(), load.requests());
            measurements.add(load.name(), seen.rate());
            if (load.name().equals(READ)) {
                measurements.add(
                        READ_CPU, (double) load.server().cpu().minus(cpuBefore).toNanos() / seen.requests());
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        latchkey.close();
        jetty.close();
    }
}
