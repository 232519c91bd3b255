package dev.latchkey.server.http.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PaceTest {
    private static final long START = Long.MAX_VALUE - 5;
    private static final long MIN_RATE = 4_096;

    private final Pace pace = new Pace(START, Duration.ofSeconds(10), Duration.ofSeconds(5), MIN_RATE);

    private static long at(double seconds) {
        return START + (long) (seconds * 1e9);
    }

    /** Whether it is found too slow by whoever looks four times a second. */
    private boolean isCutOffBy(int seconds, double bytesPerSecond) {
        for (double time = 0; time <= seconds; time += 0.25) {
            pace.moved(Math.round(bytesPerSecond / 4), at(time));
            if (pace.isTooSlow(at(time))) {
                return true;
            }
        }
        return false;
    }

    @Test
    void aSmallBodyMayTakeItsTime() {
        assertThat(isCutOffBy(9, 1)).isFalse();
    }

    @Test
    void aSlowButHonestSenderGetsThrough() {
        assertThat(isCutOffBy(600, MIN_RATE * 1.1)).isFalse();
    }

    @Test
    void aTricklerIsCutOffAfterTheFirstWindow() {
        assertThat(isCutOffBy(16, 1)).isTrue();
    }

    @Test
    void whatCameEarlyIsNoCredit() {
        pace.moved(100 << 20, at(1));
        assertThat(isCutOffBy(21, 100)).isTrue();
    }

    @Test
    void remembersWhenBytesMovedLast() {
        assertThat(pace.lastMovedAt()).isEqualTo(START);
        pace.moved(1, at(3));
        assertThat(pace.lastMovedAt()).isEqualTo(at(3));
    }
}
