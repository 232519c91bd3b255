package dev.latchkey.benchmark;

import dev.latchkey.server.database.Grouping;
import dev.latchkey.testing.Engine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * Measures the store and the server, each beside the least that one can do with the same database and the same HTTP server,
 * and prints how they compare.
 */
public final class Benchmark {
    private Benchmark() {}

    /** Takes the name of a {@link Plan}, or of one part alone. */
    public static void main(String[] arguments) throws Exception {
        BenchmarkLogging.quiet();
        // Whether another benchmark runs on this machine is for people to see.
        System.setProperty("jmh.ignoreLock", "true");
        String what = arguments[0];
        Measurements measurements = new Measurements();
        Table table = new Table(measurements);
        switch (what) {
            case "slow-disk" -> SlowDisk.measure(Plan.named(arguments[1]));
            case "log-ins" -> {
                measureLogIns(Plan.named("full"), LatchkeyProcess.jar(), measurements);
                printLogIns(table);
            }
            case "slow-clients" -> {
                measureSlowClients(Plan.named("full"), measurements);
                printSlowClients(table);
            }
            case "streams", "streams-postgres" -> {
                measureStreams(Plan.named(what.equals("streams") ? "full" : "postgres"), measurements);
                printStreams(table);
            }
            case "entries", "entries-postgres" -> {
                measureEntries(Plan.named(what.equals("entries") ? "full" : "postgres"), measurements);
                printEntries(table);
            }
            case "before", "before-postgres" -> {
                Engine engine = what.equals("before") ? Engine.SQLITE : Engine.POSTGRES;
                measureBefore(Plan.precise(engine), Path.of(System.getProperty("benchmark.before")), measurements);
                printBefore(table);
            }
            case "start" -> {
                measureStart(Plan.precise(Engine.SQLITE).rounds(), measurements);
                table.section("A start, from the process to the first answer");
                table.row(StartRuns.THIS, StartRuns.OTHER);
                table.row(StartRuns.ARCHIVED, StartRuns.THIS);
                table.row(StartRuns.ARCHIVED, StartRuns.OTHER);
                table.row(StartRuns.ARCHIVED, StartRuns.BARE);
            }
            case "memory" -> {
                MemoryRuns.round(LatchkeyProcess.jar(), Duration.ofMinutes(3), measurements);
                table.section("Memory under load");
                table.row(MemoryRuns.LIMITED, MemoryRuns.PLAIN);
            }
            case "warm-up" -> {
                measureWarmUp(LatchkeyProcess.jar(), measurements);
                table.section("A fresh server, busy from its start on");
                WarmUpRuns.STEPS.forEach(step -> table.row(step, WarmUpRuns.STEADY));
            }
            case "speed", "speed-record" -> {
                if (!SpeedGuard.run(Plan.brief(), measurements, what.equals("speed-record"))) {
                    System.exit(1);
                }
            }
            case "profile", "profile-postgres" ->
                ProfileRuns.measure(
                        Plan.warm(what.equals("profile") ? Engine.SQLITE : Engine.POSTGRES), measurements, table);
            default -> measureAll(what, measurements, table);
        }
    }

    private static void measureAll(String planName, Measurements measurements, Table table) throws Exception {
        Plan plan = Plan.named(planName);
        // Better now than after a quarter of an hour.
        Path jar = LatchkeyProcess.jar();
        boolean isSmoke = planName.startsWith("smoke");
        StoreRuns store = new StoreRuns(plan, measurements);
        for (int round = 1; round <= plan.rounds(); round++) {
            announce("store", round, plan);
            store.round();
            TokenRuns.round(plan, measurements);
            if (plan.engine() == Engine.SQLITE) {
                SlowDisk.round(planName, measurements);
            }
        }
        try (ServerRuns servers = ServerRuns.start(plan)) {
            servers.warmUp();
            for (int round = 1; round <= plan.rounds(); round++) {
                announce("server", round, plan);
                servers.round(measurements);
            }
        }
        measureLogIns(plan, jar, measurements);
        measureSlowClients(plan, measurements);
        measureStreams(plan, measurements);
        if (isSmoke) {
            measureEntries(plan, measurements);
            measureBefore(plan, null, measurements);
        }
        print(table);
        if (isSmoke) {
            SpeedGuard.run(plan, measurements, false);
            ProfileRuns.measure(plan, measurements, table);
            printEntries(table);
            printBefore(table);
            System.out.printf("%nIt runs. Measured so briefly, and cold, the figures mean nothing.%n");
        }
    }

    private static void measureLogIns(Plan plan, Path jar, Measurements measurements) throws Exception {
        try (StormRuns storm = StormRuns.start(plan, jar)) {
            storm.warmUp();
            for (int round = 1; round <= plan.rounds(); round++) {
                announce("log-ins", round, plan);
                storm.round(measurements);
            }
        }
    }

    private static void measureSlowClients(Plan plan, Measurements measurements) throws Exception {
        try (SlowClientRuns runs = SlowClientRuns.start(plan)) {
            runs.warmUp();
            for (int round = 1; round <= plan.rounds(); round++) {
                announce("slow clients", round, plan);
                runs.round(measurements);
            }
        }
    }

    private static void measureStreams(Plan plan, Measurements measurements) throws Exception {
        try (StreamRuns runs = StreamRuns.start(plan)) {
            runs.warmUp();
            for (int round = 1; round <= plan.rounds(); round++) {
                announce("streams", round, plan);
                runs.round(measurements);
            }
        }
    }

    private static void measureEntries(Plan plan, Measurements measurements) throws Exception {
        try (EntryRuns runs = EntryRuns.start(plan)) {
            runs.warmUp();
            for (int round = 1; round <= plan.rounds(); round++) {
                announce("entries", round, plan);
                runs.round(measurements);
            }
        }
    }

    private static void measureBefore(Plan plan, Path jar, Measurements measurements) throws Exception {
        try (BeforeRuns runs = BeforeRuns.start(plan, jar)) {
            runs.warmUp();
            for (int round = 1; round <= plan.rounds(); round++) {
                announce("this and the other", round, plan);
                runs.round(round, measurements);
            }
        }
    }

    private static void measureStart(int rounds, Measurements measurements) throws Exception {
        String other = System.getProperty("benchmark.before", "");
        StartRuns runs = StartRuns.prepare(other.isEmpty() ? null : Path.of(other));
        for (int round = 1; round <= rounds; round++) {
            System.out.printf(Locale.ROOT, "start, round %d of %d%n", round, rounds);
            runs.round(round, measurements);
        }
    }

    private static void measureWarmUp(Path jar, Measurements measurements) throws Exception {
        for (int round = 1; round <= WarmUpRuns.ROUNDS; round++) {
            System.out.printf(Locale.ROOT, "warm-up, round %d of %d%n", round, WarmUpRuns.ROUNDS);
            WarmUpRuns.round(jar, measurements);
        }
    }

    private static void announce(String what, int round, Plan plan) {
        System.out.printf(Locale.ROOT, "%s on %s, round %d of %d%n", what, plan.engine(), round, plan.rounds());
    }

    private static void print(Table table) {
        table.section("Durable writes, for a thousand users where not for one");
        for (int writers : new int[] {16, 64, 256}) {
            table.row(StoreRuns.writes(Grouping.GROUPS, writers), StoreRuns.BARE_GROUPS);
        }
        table.row(StoreRuns.ONE_USER_WRITES, StoreRuns.ONE_USER_BARE_GROUPS);
        table.row(StoreRuns.writes(Grouping.GROUPS, 64), StoreRuns.BARE_ONES);
        table.row(StoreRuns.writes(Grouping.GROUPS, 64), StoreRuns.writes(Grouping.ONES, 64));
        table.row(SlowDisk.GROUPS, SlowDisk.ONES);
        table.row(StoreRuns.latency(Grouping.GROUPS, 50), StoreRuns.latency(Grouping.ONES, 50));
        table.row(StoreRuns.latency(Grouping.GROUPS, 99), StoreRuns.latency(Grouping.ONES, 99));
        table.section("Reads");
        table.row(StoreRuns.READS, StoreRuns.BARE_READS);
        table.row(StoreRuns.READS_BESIDE_WRITES, StoreRuns.READS_ALONE);
        table.section("Over HTTP, 64 clients");
        table.row(ServerRuns.READ, ServerRuns.JETTY);
        table.row(ServerRuns.READ, ServerRuns.JETTY_READ);
        table.row(ServerRuns.WRITE, ServerRuns.JETTY_WRITE);
        table.section("The check of an access token, in a request");
        table.row(TokenRuns.SEEN, ServerRuns.READ_CPU);
        table.row(TokenRuns.UNSEEN, ServerRuns.READ_CPU);
        printLogIns(table);
        printSlowClients(table);
        printStreams(table);
    }

    private static void printLogIns(Table table) {
        table.section("Reads in a storm of log-ins");
        table.row(StormRuns.BESIDE_LOG_INS, StormRuns.ALONE);
        table.row(StormRuns.BESIDE_HAMMERING, StormRuns.ALONE);
    }

    private static void printSlowClients(Table table) {
        table.section("Reads beside a thousand slow clients");
        table.row(SlowClientRuns.RATE_BESIDE, SlowClientRuns.RATE_ALONE);
        table.row(SlowClientRuns.P99_BESIDE, SlowClientRuns.P99_ALONE);
    }

    private static void printStreams(Table table) {
        table.section("Streams of changes");
        table.row(StreamRuns.BESIDE, StreamRuns.ALONE);
        table.row(StreamRuns.HERE, StreamRuns.WRITE);
        table.row(StreamRuns.THERE, StreamRuns.WRITE);
    }

    private static void printEntries(Table table) {
        table.section("Very many entries");
        table.row(EntryRuns.GET_OF_MANY, EntryRuns.GET_OF_FEW);
        table.row(EntryRuns.READ_OF_MANY, EntryRuns.READ_OF_FEW);
        for (boolean withValues : new boolean[] {false, true}) {
            table.row(EntryRuns.list(true, withValues), EntryRuns.list(false, withValues));
        }
    }

    private static void printBefore(Table table) {
        table.section("This Latchkey and another one over HTTP, 64 clients");
        for (BeforeRuns.Kind kind : BeforeRuns.Kind.chosen()) {
            table.row(BeforeRuns.rate(kind, true), BeforeRuns.rate(kind, false));
            table.row(BeforeRuns.cpu(kind, true), BeforeRuns.cpu(kind, false));
        }
    }
}
