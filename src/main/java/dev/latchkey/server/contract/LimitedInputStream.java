package dev.latchkey.server.contract;

import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Fails once the body exceeds its limit, however it was sent, so that nothing beyond the limit is parsed. */
final class LimitedInputStream extends FilterInputStream {
    private final long limit;
    private long received;

    LimitedInputStream(InputStream body, long limit) {
        super(body);
        this.limit = limit;
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

    /** Whether no byte has been read. */
    boolean isEmpty() {
        return received == 0;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void count(int n) {
        received += n;
        if (received > limit) {
            throw new Problem(ErrorCode.PAYLOAD_TOO_LARGE);
        }
    }
}
