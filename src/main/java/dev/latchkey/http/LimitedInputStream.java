package dev.latchkey.http;

import dev.latchkey.problem.ErrorCode;
import dev.latchkey.problem.Problem;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Ends a request whose body grows past its limit, however it was sent; nothing past the limit is decoded. And one that
 * comes so slowly that it only keeps a thread busy; the idle timeout of the connection sees no more than the time between two
 * bytes.
 */
final class LimitedInputStream extends FilterInputStream {
    /** Whatever comes within this time comes fast enough. */
    static final Duration GRACE = Duration.ofSeconds(10);

    /** Bytes a second, after that. */
    static final long MIN_RATE = 4 << 10;

    private final long limit;
    private final LongSupplier nanoTime;
    private final long start;
    private long received;

    /** {@code nanoTime} is {@link System#nanoTime()}. */
    LimitedInputStream(InputStream body, long limit, LongSupplier nanoTime) {
        super(body);
        this.limit = limit;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
    }

    @Override
    public int read() throws IOException {
        int b = super.read();
        if (b >= 0) {
            count(1);
        }
        return b;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int n = super.read(buffer, offset, length);
        if (n > 0) {
            count(n);
        }
        return n;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void count(int n) throws IOException {
        received += n;
        if (received > limit) {
            throw new Problem(ErrorCode.PAYLOAD_TOO_LARGE);
        }
        long secondsAfterGrace = TimeUnit.NANOSECONDS.toSeconds(nanoTime.getAsLong() - start) - GRACE.toSeconds();
        if (received < secondsAfterGrace * MIN_RATE) {
            throw new IOException(new TimeoutException("The body comes at less than " + MIN_RATE + " bytes a second"));
        }
    }
}
