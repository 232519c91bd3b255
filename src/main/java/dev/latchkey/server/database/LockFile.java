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
 * A lock that one holder at a time has, in this process or another, by way of a file that is there for nothing else. The system
 * takes it back from a process that dies; the file stays.
 */
final class LockFile implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(20);

    // A process that only opens and closes the file again loses the lock that it has, so nobody here opens it twice.
    private static final Set<Path> TAKEN_HERE = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private LockFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Nothing where another has it. */
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

    /** Waits for it for so long; nothing where another has it even then. */
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
        // Not again, for somebody else may have it by now.
        if (channel.isOpen()) {
            release(file, channel);
        }
    }
}
