package dev.latchkey.server.limits;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.codahale.metrics.MetricRegistry;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class BucketsIT {
    private final AtomicLong now = new AtomicLong(-Duration.ofMinutes(1).toNanos());
    private final MetricRegistry metrics = new MetricRegistry();
    private final Buckets buckets = buckets("10/10m");

    private Buckets buckets(String limit) {
        return new Buckets("some", Limit.parse(limit), metrics, now::get);
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private static void empty(Buckets buckets, String key) {
        while (buckets.take(key).granted()) {
            // Once more.
        }
    }

    @Test
    void allAtOnceAndThenEvenly() {
        for (int left = 9; left >= 0; left--) {
            Buckets.Take take = buckets.take("key");
            assertThat(take.granted()).isTrue();
            assertThat(take.rateLimit()).isEqualTo("\"some\";r=" + left + ";t=60");
        }
        assertThat(buckets.take("key").granted()).isFalse();
        pass(Duration.ofMillis(59_999));
        assertThat(buckets.take("key").granted()).isFalse();
        assertThat(buckets.take("key").rateLimit()).isEqualTo("\"some\";r=0;t=1");
        pass(Duration.ofMillis(1));
        assertThat(buckets.take("key").granted()).isTrue();
        assertThat(buckets.take("key").granted()).isFalse();
        pass(Duration.ofSeconds(150));
        assertThat(buckets.take("key").rateLimit()).isEqualTo("\"some\";r=1;t=30");
        pass(Duration.ofSeconds(30 + 4 * 60 - 60));
        assertThat(IntStream.range(0, 20).filter(i -> buckets.take("key").granted()))
                .hasSize(5);
        pass(Duration.ofDays(1));
        assertThat(IntStream.range(0, 20).filter(i -> buckets.take("key").granted()))
                .hasSize(10);
    }

    @Test
    void eachKeyHasItsOwn() {
        empty(buckets, "key");

        assertThat(buckets.take("other").rateLimit()).isEqualTo("\"some\";r=9;t=60");
        assertThat(buckets.policy()).isEqualTo("\"some\";q=10;w=600");
    }

    @Test
    void whatIsGivenBackIsThere() {
        Buckets.Take first = buckets.take("key");
        assertThat(first.giveBack().rateLimit()).isEqualTo("\"some\";r=10;t=0");
        empty(buckets, "key");
        buckets.take("key").giveBack();
        assertThat(buckets.take("key").granted()).isTrue();
        assertThat(buckets.take("key").granted()).isFalse();
    }

    @Test
    void aBucketIsNeverMoreThanFull() {
        for (int i = 0; i < 100; i++) {
            buckets.take("key").giveBack().giveBack();
        }
        assertThat(buckets.take("key").remaining()).isEqualTo(9);
    }

    @Test
    void offIsNoLimit() {
        Buckets off = buckets("off");

        assertThat(IntStream.range(0, 1000).allMatch(i -> off.take("key").granted()))
                .isTrue();
        assertThat(off.size()).isZero();
    }

    @Test
    void theLargestLimitKeepsItsCount() {
        Buckets large = buckets("1000000000/1d");

        assertThat(large.take("key").remaining()).isEqualTo(999_999_999);
        pass(Duration.ofDays(1));
        assertThat(large.take("key").remaining()).isEqualTo(999_999_999);
    }

    /** Promise 14: and with it no attacker fills the memory. */
    @Test
    void aMillionKeysLeaveNoMoreThanItsBound() {
        for (int i = 0; i < 1_000_000; i++) {
            buckets.take("key" + i);
        }
        assertThat(buckets.size()).isLessThanOrEqualTo(Buckets.MAX_KEYS);
    }

    @Test
    void aFullBucketIsForgotten() {
        buckets.take("key");
        pass(Duration.ofMinutes(10));
        assertThat(buckets.size()).isZero();
    }

    @Test
    void aRefusalIsCountedEachTimeAndRecordedOnceAPeriod() {
        Logger audit = (Logger) LoggerFactory.getLogger("audit");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        Level level = audit.getLevel();
        audit.setLevel(Level.INFO);
        audit.addAppender(lines);
        try {
            empty(buckets, "key");
            for (int i = 0; i < 599; i++) {
                pass(Duration.ofSeconds(1));
                empty(buckets, "key");
                Problem problem = buckets.take("key").refusal("user-1");
                assertThat(problem.code()).isEqualTo(ErrorCode.TOO_MANY_REQUESTS);
            }
            assertThat(metrics.meter("limits.some.refused").getCount()).isEqualTo(599);
            assertThat(lines.list).singleElement().satisfies(line -> assertThat(line.getFormattedMessage())
                    .contains("\"event\":\"limit_reached\",\"user_id\":\"user-1\",\"limit\":\"some\""));
            pass(Duration.ofSeconds(2));
            buckets.take("key").refusal("user-1");
            assertThat(lines.list).hasSize(2);
        } finally {
            audit.detachAppender(lines);
            audit.setLevel(level);
        }
    }
}
