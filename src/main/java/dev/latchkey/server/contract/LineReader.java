package dev.latchkey.server.contract;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** Splits a stream into lines of a bounded length, which end with LF or CR LF; the last needs no end. */
final class LineReader {
    private final InputStream stream;
    private final long maxBytes;
    private final byte[] buffer = new byte[8 << 10];
    private final Line line = new Line();
    private int position;
    private int size;
    private long number;
    private boolean isTooLong;

    /** Lines of more than {@code maxBytes} are not kept. */
    LineReader(InputStream stream, long maxBytes) {
        this.stream = stream;
        this.maxBytes = maxBytes;
    }

    /** Goes to the next line; false if there is none. */
    boolean next() throws IOException {
        line.reset();
        isTooLong = false;
        if (position == size && !fill()) {
            return false;
        }
        number++;
        do {
            int start = position;
            while (position < size && buffer[position] != '\n') {
                position++;
            }
            keep(start, position - start);
            if (position < size) {
                position++;
                return true;
            }
        } while (fill());
        return true;
    }

    private boolean fill() throws IOException {
        position = 0;
        size = Math.max(0, stream.read(buffer));
        return size > 0;
    }

    private void keep(int start, int length) {
        isTooLong |= line.size() + length > maxBytes;
        if (!isTooLong) {
            line.write(buffer, start, length);
        }
    }

    /** The number of the line; the first is 1. */
    long number() {
        return number;
    }

    boolean isTooLong() {
        return isTooLong;
    }

    /** The line without LF, until the next one is read. */
    InputStream line() {
        return line.content();
    }

    private static final class Line extends ByteArrayOutputStream {

        /** Does not copy the bytes. */
        InputStream content() {
            return new ByteArrayInputStream(buf, 0, count);
        }
    }
}
