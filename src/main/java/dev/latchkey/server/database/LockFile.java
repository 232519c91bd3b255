package dev.latchkey.server.database;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An exclusive lock between threads and processes, on a file that has no other purpose. The system releases the lock of a process that
 * dies; the file stays.
 */
final class LockFile implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(20);

    // Closing any channel of the file releases the process's lock, so this process must not open it twice.
    private static final Set<Path> TAKEN_HERE = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private LockFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Empty if another has it. */
    static Optional<LockFile> tryTake(Path file) throws IOException {
        Path place = file.toAbsolutePath().getParent().toRealPath().resolve(file.getFileName());
        if (!TAKEN_HERE.add(place)) {
            return Optional.empty();
        }
        FileChannel channel = null;
        boolean isTaken = false;
        try {
            channel = open(place);
            isTaken = channel.tryLock() != null;
        } finally {
            if (!isTaken) {
                release(place, channel);
            }
        }
        return isTaken ? Optional.of(new LockFile(place, channel)) : Optional.empty();
    }

    /** Waits up to {@code maxWait}; empty if another has it even then. */
    static Optional<LockFile> take(Path file, Duration maxWait) throws IOException {
        long deadline = System.nanoTime() + maxWait.toNanos();
        while (true) {
            Optional<LockFile> lock = tryTake(file);
            if (lock.isPresent() || System.nanoTime() - deadline >= 0) {
                return lock;
            }
            Uninterruptibles.sleepUninterruptibly(PAUSE);
        }
    }

    private static FileChannel open(Path file) throws IOException {
        if (!Files.exists(file)) {
            Disk.createIfMissing(file);
        }
        return FileChannel.open(file, StandardOpenOption.WRITE);
    }

    private static void release(Path file, FileChannel channel) throws IOException {
        try {
            if (channel != null) {
                channel.close();
            }
        } finally {
            TAKEN_HERE.remove(file);
        }
    }

    @Override
    public void close() throws IOException {
        // Only once: another thread may have the lock by now.
        if (channel.isOpen()) {
            release(file, channel);
        }
    }
}
