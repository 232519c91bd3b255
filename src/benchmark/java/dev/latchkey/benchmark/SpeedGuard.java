package dev.latchkey.benchmark;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Whether Latchkey has become much slower than it was: the processor time of a request, as a multiple of what the least takes that
 * would do, in the same run and in turns. Rates vary more, since the clients share them.
 *
 * <p>Both run with the JVM's first compiler alone. It is done within seconds, and so the ratios of a short run are those of a long one;
 * with the second one they fall for minutes, sooner on one machine than on another.
 */
final class SpeedGuard implements AutoCloseable {
    private static final List<String> FIRST_COMPILER = List.of("-XX:TieredStopAtLevel=1");
    private static final int CLIENTS = 32;

    private final Plan plan;
    private final ServerProcess jetty;
    private final LatchkeyProcess latchkey;
    private final List<Pair> pairs;

    /** The same request to both; {@code name} is that of the recorded ratio. */
    private record Pair(String name, int clients, int status, Supplier<String> ours, Supplier<String> bare) {
        String cpu(boolean isOurs) {
            return name + (isOurs ? ", Latchkey: µs" : ", bare: µs");
        }
    }

    private SpeedGuard(Plan plan, ServerProcess jetty, LatchkeyProcess latchkey) {
        this.plan = plan;
        this.jetty = jetty;
        this.latchkey = latchkey;
        AtomicLong keys = new AtomicLong();
        pairs = List.of(
                new Pair("read", CLIENTS, 200, latchkey::read, () -> HttpLoad.request("GET /row", "", "")),
                new Pair(
                        "write",
                        CLIENTS,
                        201,
                        () -> latchkey.create(Long.toString(keys.incrementAndGet())),
                        () -> HttpLoad.request("POST /row/" + keys.incrementAndGet(), "", LatchkeyProcess.VALUE)),
                // One at a time: how many hashes share a processor's cache is not the question.
                new Pair("log-in", 1, 200, latchkey::logIn, () -> HttpLoad.request("GET /hash", "", "")));
    }

    /** Whether no ratio is more than twice the recorded one. {@code isToRecord} makes those of this run the recorded ones. */
    static boolean run(Plan plan, Measurements measurements, boolean isToRecord) throws Exception {
        Map<String, Double> ratios;
        try (SpeedGuard guard = start(plan)) {
            guard.warmUp();
            for (int round = 1; round <= plan.rounds(); round++) {
                System.out.printf(Locale.ROOT, "speed, round %d of %d%n", round, plan.rounds());
                guard.round(measurements);
            }
            ratios = guard.ratios(measurements);
        }
        RecordedRatios recorded = RecordedRatios.read();
        boolean isWithin = recorded.compare(ratios);
        if (isToRecord) {
            recorded.replace(ratios);
        }
        return isWithin || isToRecord;
    }

    private static SpeedGuard start(Plan plan) throws IOException, InterruptedException {
        return new SpeedGuard(
                plan,
                ServerProcess.start(
                        Jvm.of(FIRST_COMPILER, BareJetty.class, plan.engine().name())),
                LatchkeyProcess.withOptions(plan.engine(), FIRST_COMPILER));
    }

    private void warmUp() throws Exception {
        for (Pair pair : pairs) {
            load(pair, true, plan.serverWarmUp());
            load(pair, false, plan.serverWarmUp().dividedBy(4));
        }
    }

    private void round(Measurements measurements) throws Exception {
        for (Pair pair : pairs) {
            for (boolean isOurs : new boolean[] {true, false}) {
                Duration before = server(isOurs).cpu();
                HttpLoad.Seen seen = load(pair, isOurs, plan.measurement());
                Duration taken = server(isOurs).cpu().minus(before);
                measurements.add(pair.cpu(isOurs), taken.toNanos() / 1e3 / seen.requests());
            }
        }
    }

    private Map<String, Double> ratios(Measurements measurements) {
        Map<String, Double> ratios = new LinkedHashMap<>();
        for (Pair pair : pairs) {
            List<Double> rounds = measurements.sortedRatios(pair.cpu(true), pair.cpu(false));
            ratios.put(pair.name(), Measurements.median(rounds));
        }
        return ratios;
    }

    private ServerProcess server(boolean isOurs) {
        return isOurs ? latchkey.process() : jetty;
    }

    private HttpLoad.Seen load(Pair pair, boolean isOurs, Duration time) throws Exception {
        return HttpLoad.measure(
                server(isOurs).port(), pair.clients(), time, pair.status(), isOurs ? pair.ours() : pair.bare());
    }

    @Override
    public void close() throws InterruptedException {
        latchkey.close();
        jetty.close();
    }
}
