package dev.latchkey.benchmark;

import dev.latchkey.server.database.Grouping;
import dev.latchkey.testing.Engine;
import java.util.Locale;

/**
 * Measures the store and the server, each beside the least that one can do with the same database and the same HTTP server,
 * and prints how they compare.
 */
public final class Benchmark {
    private Benchmark() {}

    /** Takes the name of a {@link Plan}, or {@code log-ins} or {@code slow-clients} for those alone. */
    public static void main(String[] arguments) throws Exception {
        BenchmarkLogging.quiet();
        // Whether another benchmark runs on this machine is for people to see.
        System.setProperty("jmh.ignoreLock", "true");
        if (arguments[0].equals("slow-disk")) {
            SlowDisk.measure(Plan.named(arguments[1]));
            return;
        }
        Measurements measurements = new Measurements();
        if (arguments[0].equals("log-ins")) {
            measureLogIns(Plan.named("full"), measurements);
            printLogIns(new Table(measurements));
            return;
        }
        if (arguments[0].equals("slow-clients")) {
            measureSlowClients(Plan.named("full"), measurements);
            printSlowClients(new Table(measurements));
            return;
        }
        Plan plan = Plan.named(arguments[0]);
        StoreRuns store = new StoreRuns(plan, measurements);
        for (int round = 1; round <= plan.rounds(); round++) {
            announce("store", round, plan);
            store.round();
            TokenRuns.round(plan, measurements);
            if (plan.engine() == Engine.SQLITE) {
                SlowDisk.round(arguments[0], measurements);
            }
        }
        try (ServerRuns servers = ServerRuns.start(plan)) {
            servers.warmUp();
            for (int round = 1; round <= plan.rounds(); round++) {
                announce("server", round, plan);
                servers.round(measurements);
            }
        }
        measureLogIns(plan, measurements);
        measureSlowClients(plan, measurements);
        print(measurements);
        if (arguments[0].startsWith("smoke")) {
            System.out.printf("%nIt runs. Measured so briefly, and cold, the figures mean nothing.%n");
        }
    }

    private static void measureLogIns(Plan plan, Measurements measurements) throws Exception {
        try (StormRuns storm = StormRuns.start(plan)) {
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

    private static void announce(String what, int round, Plan plan) {
        System.out.printf(Locale.ROOT, "%s on %s, round %d of %d%n", what, plan.engine(), round, plan.rounds());
    }

    private static void print(Measurements measurements) {
        Table table = new Table(measurements);
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
}
