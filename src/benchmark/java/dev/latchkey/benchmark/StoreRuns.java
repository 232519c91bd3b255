package dev.latchkey.benchmark;

import dev.latchkey.server.database.Grouping;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The store alone, by JMH. */
final class StoreRuns {
    static final String BARE_ONES = "bare JDBC, a commit a row: rows/s";
    static final String BARE_GROUPS = "bare JDBC, a commit for 64 rows: rows/s";
    static final String ONE_USER_BARE_GROUPS = "one user, " + BARE_GROUPS;
    static final String ONE_USER_WRITES = "one user, " + writes(Grouping.GROUPS, 64);
    static final String BARE_READS = "bare JDBC, one reader: reads/s";
    static final String READS = "store, one reader: reads/s";
    static final String READS_ALONE = "store, 4 readers: reads/CPU s";
    static final String READS_BESIDE_WRITES = "store, 4 readers beside 16 writers: reads/CPU s";

    private final Plan plan;
    private final Measurements measurements;

    StoreRuns(Plan plan, Measurements measurements) {
        this.plan = plan;
        this.measurements = measurements;
    }

    static String writes(Grouping grouping, int writers) {
        return "store, " + shown(grouping) + ", " + writers + " writers: rows/s";
    }

    static String latency(Grouping grouping, int percentile) {
        return "store, " + shown(grouping) + ", a lone writer: p" + percentile + " in µs";
    }

    private static String shown(Grouping grouping) {
        return grouping == Grouping.GROUPS ? "groups" : "groups of one";
    }

    /** One round of everything. */
    void round() throws RunnerException {
        measurements.add(BARE_ONES, rate(options("WriteBenchmark.bareOnes", 1)));
        measurements.add(BARE_GROUPS, rate(options("WriteBenchmark.bareGroups", 1)));
        for (int writers : List.of(16, 64, 256)) {
            measurements.add(writes(Grouping.GROUPS, writers), rate(Grouping.GROUPS, writers));
        }
        measurements.add(writes(Grouping.ONES, 64), rate(Grouping.ONES, 64));
        measurements.add(ONE_USER_BARE_GROUPS, rate(ofOneUser(options("WriteBenchmark.bareGroups", 1))));
        measurements.add(ONE_USER_WRITES, rate(ofOneUser(insert(Grouping.GROUPS, 64))));
        for (Grouping grouping : Grouping.values()) {
            var times = run(insert(grouping, 1).mode(Mode.SampleTime).timeUnit(TimeUnit.MICROSECONDS))
                    .getPrimaryResult()
                    .getStatistics();
            measurements.add(latency(grouping, 50), times.getPercentile(50));
            measurements.add(latency(grouping, 99), times.getPercentile(99));
        }
        measurements.add(BARE_READS, rate(options("ReadBenchmark.bareFind", 1)));
        measurements.add(READS, rate(options("ReadBenchmark.find", 1)));
        measurements.add(READS_ALONE, ratePerProcessor("readersAlone"));
        measurements.add(READS_BESIDE_WRITES, ratePerProcessor("readersAndWriters"));
    }

    /** How many rows a second that many writers get done at once. */
    double rate(Grouping grouping, int writers) throws RunnerException {
        return rate(insert(grouping, writers));
    }

    private ChainedOptionsBuilder insert(Grouping grouping, int threads) {
        return options("WriteBenchmark.insert", threads).param("grouping", grouping.name());
    }

    private static ChainedOptionsBuilder ofOneUser(ChainedOptionsBuilder options) {
        return options.param("users", "1");
    }

    private ChainedOptionsBuilder options(String benchmark, int threads) {
        return groupOptions(benchmark).threads(threads);
    }

    private ChainedOptionsBuilder groupOptions(String benchmark) {
        return new OptionsBuilder()
                .include("dev\\.latchkey\\.data\\." + benchmark + "$")
                .param("engine", plan.engine().name())
                .warmupIterations(1)
                .warmupTime(TimeValue.milliseconds(plan.warmUp().toMillis()))
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(plan.measurement().toMillis()))
                .forks(plan.ownProcess() ? 1 : 0)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
    }

    private static double rate(ChainedOptionsBuilder options) throws RunnerException {
        return run(options).getPrimaryResult().getScore();
    }

    private double ratePerProcessor(String group) throws RunnerException {
        RunResult result = run(groupOptions("ReadBenchmark." + group));
        return count(result, "reads") / count(result, "cpuNanos") * 1e9;
    }

    private static double count(RunResult result, String counter) {
        return result.getSecondaryResults().get(counter).getScore();
    }

    private static RunResult run(ChainedOptionsBuilder options) throws RunnerException {
        return new Runner(options.build()).runSingle();
    }
}
