package dev.latchkey.benchmark;

import dev.latchkey.testing.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What reading is like on a server of two processors, with the launcher's options, while more clients log in than passwords can be hashed.
 */
final class StormRuns implements AutoCloseable {
    static final String ALONE = "two processors, GET /api/data/{key}: requests/s";
    static final String BESIDE_LOG_INS = "the same, while 200 clients log in and come back when told";
    static final String BESIDE_HAMMERING = "the same, while 200 clients log in and come back at once";

    private static final Path TASKSET = Path.of("/usr/bin/taskset");
    private static final int READERS = 64;
    private static final int LOG_INS = 200;

    private final Plan plan;
    private final LatchkeyProcess latchkey;

    private StormRuns(Plan plan, LatchkeyProcess latchkey) {
        this.plan = plan;
        this.latchkey = latchkey;
    }

    static StormRuns start(Plan plan, Path jar) throws IOException, InterruptedException {
        // So that a machine with more shows the same; without the command it is a machine's own number.
        List<String> twoProcessors =
                Files.isExecutable(TASKSET) ? List.of(TASKSET.toString(), "-c", firstTwoProcessors()) : List.of();
        return new StormRuns(plan, LatchkeyProcess.start(plan.engine(), twoProcessors, jar, Launcher.javaOptions()));
    }

    /** Of those that this process may use, which need not begin with the first of the machine. */
    private static String firstTwoProcessors() throws IOException {
        String allowed = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("Cpus_allowed_list:"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElseThrow();
        return Arrays.stream(allowed.split(","))
                .flatMapToInt(range -> {
                    String[] ends = range.split("-");
                    return IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
                })
                .limit(2)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(","));
    }

    /** Also for what only a storm does. */
    void warmUp() throws Exception {
        read(plan.serverWarmUp());
        readInStorm(true);
        readInStorm(false);
    }

    void round(Measurements measurements) throws Exception {
        measurements.add(ALONE, read(plan.measurement()));
        measurements.add(BESIDE_LOG_INS, readInStorm(true));
        measurements.add(BESIDE_HAMMERING, readInStorm(false));
    }

    private double read(Duration time) throws Exception {
        String entry = latchkey.read();
        return HttpLoad.rate(latchkey.process().port(), READERS, time, 200, () -> entry);
    }

    private double readInStorm(boolean heedful) throws Exception {
        LogInStorm storm = LogInStorm.begin(latchkey.process().port(), LOG_INS, heedful, latchkey.logIn());
        double rate;
        try (storm) {
            rate = read(plan.measurement());
        }
        System.out.printf(
                Locale.ROOT, "  (%,d log-ins succeeded, %,d were refused)%n", storm.succeeded(), storm.refused());
        return rate;
    }

    @Override
    public void close() throws InterruptedException {
        latchkey.close();
    }
}
