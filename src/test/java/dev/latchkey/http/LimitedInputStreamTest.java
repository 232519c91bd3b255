package dev.latchkey.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LimitedInputStreamTest {
    private static final int ENDLESS = Integer.MAX_VALUE;

    private final AtomicLong now = new AtomicLong(-5);

    /** A sender who needs {@code pause} for each byte, on a clock that goes no further than that. */
    private LimitedInputStream sender(Duration pause) {
        InputStream bytes = new InputStream() {
            @Override
            public int read() {
                now.addAndGet(pause.toNanos());
                return 1;
            }

            /** One byte at a time, whatever it is. */
            @Override
            public int read(byte[] buffer, int offset, int length) {
                return length == 0 ? 0 : read();
            }
        };
        return new LimitedInputStream(bytes, ENDLESS, now::get);
    }

    @Test
    void aSmallBodyMayTakeItsTime() throws IOException {
        try (InputStream body = sender(Duration.ofSeconds(1))) {
            assertThat(body.readNBytes((int) LimitedInputStream.GRACE.toSeconds()))
                    .isNotEmpty();
        }
    }

    @Test
    void aSlowButHonestSenderGetsThrough() throws IOException {
        try (InputStream body = sender(Duration.ofSeconds(1).dividedBy(LimitedInputStream.MIN_RATE))) {
            assertThat(body.readNBytes(1 << 20)).hasSize(1 << 20);
        }
    }

    @Test
    void aSenderWhoOnlyKeepsAThreadBusyDoesNot() {
        try (InputStream body = sender(Duration.ofMillis(500))) {
            assertThatThrownBy(() -> body.readNBytes(1_000)).hasCauseInstanceOf(TimeoutException.class);
            assertThat(Duration.ofNanos(now.get())).isLessThan(LimitedInputStream.GRACE.plusSeconds(2));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
