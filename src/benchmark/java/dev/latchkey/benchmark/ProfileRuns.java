package dev.latchkey.benchmark;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * What processor time a request takes, on which layers it is spent, and what the same request takes where Latchkey does not answer it:
 * in turns, and each kind with clients of its own.
 */
final class ProfileRuns implements AutoCloseable {
    /** What the clients ask for. */
    enum Kind {
        READ("GET /api/data/{key}", 64, 200, true),
        UPDATE("PUT /api/data/{key}", 64, 200, true),
        LOG_IN("POST /api/token", 4, 200, true),
        // Of Yardsticks.
        NOTHING("a resource that does nothing, in the same server", 64, 200, false),
        ROW("a resource with bare JDBC, in the same server", 64, 200, false),
        JETTY("bare Jetty, with bare JDBC", 64, 200, false);

        private final String shown;
        private final int clients;
        private final int status;
        private final boolean isProfiled;

        Kind(String shown, int clients, int status, boolean isProfiled) {
            this.shown = shown;
            this.clients = clients;
            this.status = status;
            this.isProfiled = isProfiled;
        }

        String shown() {
            return shown;
        }

        /** The name of the processor time of a request. */
        String cpu() {
            return shown + ": µs";
        }
    }

    private static final int WRITING_USERS = 20;

    private final Plan plan;
    private final ServerProcess jetty;
    private final LatchkeyProcess latchkey;
    private final Map<Kind, Supplier<String>> requests = new EnumMap<>(Kind.class);

    private ProfileRuns(Plan plan, ServerProcess jetty, LatchkeyProcess latchkey)
            throws IOException, InterruptedException {
        this.plan = plan;
        this.jetty = jetty;
        this.latchkey = latchkey;
        String read = latchkey.read();
        requests.put(Kind.READ, () -> read);
        String[] updates = new String[WRITING_USERS];
        for (int i = 0; i < updates.length; i++) {
            String user = latchkey.newUser("user" + i);
            latchkey.store(user, LatchkeyProcess.KEY, LatchkeyProcess.VALUE);
            updates[i] = LatchkeyProcess.update(user);
        }
        requests.put(Kind.UPDATE, () -> updates[ThreadLocalRandom.current().nextInt(updates.length)]);
        String logIn = latchkey.logIn();
        requests.put(Kind.LOG_IN, () -> logIn);
        String nothing = latchkey.ask("GET /benchmark/nothing");
        requests.put(Kind.NOTHING, () -> nothing);
        String row = latchkey.ask("GET /benchmark/row/" + LatchkeyProcess.KEY);
        requests.put(Kind.ROW, () -> row);
        String bare = latchkey.ask("GET /row");
        requests.put(Kind.JETTY, () -> bare);
    }

    /** All of it, with the tables. */
    static void measure(Plan plan, Measurements measurements, Table table) throws Exception {
        Map<Kind, LayerProfile> profiles;
        try (ProfileRuns runs = start(plan)) {
            runs.warmUp();
            for (int round = 1; round <= plan.rounds(); round++) {
                System.out.printf("processor time on %s, round %d of %d%n", plan.engine(), round, plan.rounds());
                runs.round(measurements);
            }
            profiles = runs.profile();
        }
        LayerTable.print(profiles, measurements);
        table.section("Processor time of a request, in µs");
        table.row(Kind.READ.cpu(), Kind.NOTHING.cpu());
        table.row(Kind.READ.cpu(), Kind.ROW.cpu());
        table.row(Kind.READ.cpu(), Kind.JETTY.cpu());
        table.row(Kind.NOTHING.cpu(), Kind.JETTY.cpu());
    }

    private static ProfileRuns start(Plan plan) throws IOException, InterruptedException {
        // So that the stacks of compiled code are exact; it costs nothing when there is no profile.
        List<String> options = List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:+DebugNonSafepoints");
        return new ProfileRuns(
                plan,
                ServerProcess.start(Jvm.of(BareJetty.class, plan.engine().name())),
                LatchkeyProcess.measured(plan.engine(), options));
    }

    /** All kinds at once, so that none is compiled for the others, and then each alone. */
    private void warmUp() throws Exception {
        ExecutorService all = Executors.newFixedThreadPool(Kind.values().length);
        try {
            List<Future<HttpLoad.Seen>> loads = new ArrayList<>();
            for (Kind kind : Kind.values()) {
                loads.add(all.submit(() -> load(kind, Math.max(1, kind.clients / 4), plan.serverWarmUp())));
            }
            for (Future<HttpLoad.Seen> load : loads) {
                load.get();
            }
        } finally {
            all.shutdownNow();
        }
        for (Kind kind : Kind.values()) {
            load(kind, kind.clients, plan.measurement());
        }
    }

    /** One after the other: there is never more than one server at work. */
    private void round(Measurements measurements) throws Exception {
        for (Kind kind : Kind.values()) {
            Duration before = server(kind).cpu();
            HttpLoad.Seen seen = load(kind, kind.clients, plan.measurement());
            Duration taken = server(kind).cpu().minus(before);
            measurements.add(kind.cpu(), taken.toNanos() / 1e3 / seen.requests());
        }
    }

    /** A profile of each kind that has layers, as long as all rounds together; none where there is no profiler. */
    private Map<Kind, LayerProfile> profile() throws Exception {
        Map<Kind, LayerProfile> profiles = new EnumMap<>(Kind.class);
        if (Profiler.isSupported()) {
            Profiler profiler = new Profiler(latchkey.process().pid());
            for (Kind kind : Kind.values()) {
                if (kind.isProfiled) {
                    profiler.start();
                    load(kind, kind.clients, plan.measurement().multipliedBy(plan.rounds()));
                    profiles.put(kind, LayerProfile.read(profiler.stop(kind.name())));
                }
            }
        }
        return profiles;
    }

    private ServerProcess server(Kind kind) {
        return kind == Kind.JETTY ? jetty : latchkey.process();
    }

    private HttpLoad.Seen load(Kind kind, int clients, Duration time) throws Exception {
        return HttpLoad.measure(server(kind).port(), clients, time, kind.status, requests.get(kind));
    }

    @Override
    public void close() throws InterruptedException {
        latchkey.close();
        jetty.close();
    }
}
