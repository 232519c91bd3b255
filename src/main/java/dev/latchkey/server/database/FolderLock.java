package dev.latchkey.server.database;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Keeps every other backup and restore, in this process or another, out of a folder. The system takes it back from a process
 * that dies, so that whoever has it knows: what is half done here is left over.
 */
final class FolderLock implements AutoCloseable {
    private static final String NAME = ".latchkey.lock";

    private final LockFile lock;

    private FolderLock(LockFile lock) {
        this.lock = lock;
    }

    /**
     * Makes the folder where there is none.
     *
     * @throws DatabaseException where another has it
     */
    static FolderLock take(Path folder) throws IOException {
        Disk.createFolderIfMissing(folder);
        LockFile lock = LockFile.tryTake(folder.resolve(NAME))
                .orElseThrow(() -> new DatabaseException("another backup or restore is at work in " + folder));
        return new FolderLock(lock);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
