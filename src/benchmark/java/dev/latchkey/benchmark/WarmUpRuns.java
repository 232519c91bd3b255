package dev.latchkey.benchmark;

import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Launcher;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** How soon a server is fast that 64 clients read from as soon as it is up. It has the launcher's options, but no archive of its classes. */
final class WarmUpRuns {
    static final int ROUNDS = 5;
    static final List<String> STEPS = List.of(
            "its first ten seconds, GET /api/data/{key}: requests/s",
            "its second ten seconds: requests/s",
            "its third ten seconds: requests/s");
    static final String STEADY = "its sixth ten seconds: requests/s";

    private static final int CLIENTS = 64;
    private static final Duration STEP = Duration.ofSeconds(10);

    private WarmUpRuns() {}

    static void round(Path jar, Measurements measurements) throws Exception {
        try (LatchkeyProcess server = LatchkeyProcess.start(Engine.SQLITE, jar, Launcher.javaOptions())) {
            for (String step : STEPS) {
                measurements.add(step, rate(server, STEP));
            }
            rate(server, STEP.multipliedBy(2));
            measurements.add(STEADY, rate(server, STEP));
        }
    }

    private static double rate(LatchkeyProcess server, Duration time) throws Exception {
        return HttpLoad.rate(server.process().port(), CLIENTS, time, 200, server::read);
    }
}
