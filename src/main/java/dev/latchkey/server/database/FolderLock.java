package dev.latchkey.server.database;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Locks a folder against every other backup and restore, in this process or another. The system releases the lock of a process that
 * dies, so its owner knows that unfinished files in the folder are leftovers.
 */
final class FolderLock implements AutoCloseable {
    private static final String NAME = ".latchkey.lock";

    private final LockFile lock;

    private FolderLock(LockFile lock) {
        this.lock = lock;
    }

    /**
     * Takes the lock, and creates the folder if needed.
     *
     * @throws DatabaseException if another backup or restore has it
     */
    static FolderLock take(Path folder) throws IOException {
        return tryTake(folder)
                .orElseThrow(() -> new DatabaseException("another backup or restore is running in " + folder));
    }

    /** Empty if another backup or restore has it. */
    static Optional<FolderLock> tryTake(Path folder) throws IOException {
        Disk.createFolderIfMissing(folder);
        return LockFile.tryTake(folder.resolve(NAME)).map(FolderLock::new);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
