package dev.latchkey.benchmark;

import dev.latchkey.server.auth.TokenBenchmark;
import java.util.regex.Pattern;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The check of access tokens alone, by JMH. */
final class TokenRuns {
    static final String SEEN = "check of a token that was seen before: ns of a processor";
    static final String UNSEEN = "check of a token that was not: ns of a processor";

    private TokenRuns() {}

    static void round(Plan plan, Measurements measurements) throws RunnerException {
        measurements.add(SEEN, nanos(plan, 10_000));
        measurements.add(UNSEEN, nanos(plan, 1));
    }

    private static double nanos(Plan plan, int cacheSize) throws RunnerException {
        RunResult result = new Runner(new OptionsBuilder()
                        .include(Pattern.quote(TokenBenchmark.class.getName() + ".verify") + "$")
                        .param("cacheSize", Integer.toString(cacheSize))
                        .warmupIterations(1)
                        .warmupTime(TimeValue.milliseconds(plan.warmUp().toMillis()))
                        .measurementIterations(1)
                        .measurementTime(
                                TimeValue.milliseconds(plan.measurement().toMillis()))
                        .forks(plan.ownProcess() ? 1 : 0)
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .runSingle();
        return count(result, "cpuNanos") / count(result, "reads");
    }

    private static double count(RunResult result, String counter) {
        return result.getSecondaryResults().get(counter).getScore();
    }
}
