package dev.latchkey.server.auth;

import dev.latchkey.data.CpuClock;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/** What every request with a token pays for it. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class TokenBenchmark {

    /** One thread that has nothing else to do. */
    @Benchmark
    public Caller verify(MeasuredTokens tokens, CpuClock clock) {
        clock.count();
        return tokens.verifyNext();
    }
}
