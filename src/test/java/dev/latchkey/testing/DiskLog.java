package dev.latchkey.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The log that {@code disk.c} writes, from its beginning to its end; the format stands there. */
public final class DiskLog {
    private static final int HEADER = 15;

    /** One change or sync; the log is {@code end} bytes long with it. */
    public record Entry(char type, String path, long position, ByteBuffer data, long end) {
        public boolean isSync() {
            return type == 'S' || type == 'D';
        }
    }

    private final ByteBuffer bytes;

    DiskLog(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            bytes.order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    long length() {
        return bytes.limit();
    }

    void rewind() {
        bytes.rewind();
    }

    /** The next entry that is complete {@code limit} bytes after the beginning; null if there is none. */
    public Entry next(long limit) {
        int start = bytes.position();
        if (limit - start < HEADER) {
            return null;
        }
        int pathLength = bytes.getShort(start + 1);
        int dataLength = bytes.getInt(start + 11);
        long end = (long) start + HEADER + pathLength + dataLength;
        if (end > limit) {
            return null;
        }
        char type = (char) bytes.get(start);
        long position = bytes.getLong(start + 3);
        byte[] path = new byte[pathLength];
        bytes.position(start + HEADER).get(path);
        ByteBuffer data = bytes.slice(bytes.position(), dataLength);
        bytes.position(Math.toIntExact(end));
        return new Entry(type, new String(path, StandardCharsets.UTF_8), position, data, end);
    }
}
