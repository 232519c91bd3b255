package dev.latchkey.database;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps every other backup and restore, in this process or another, out of a folder. The system takes it back from a process
 * that dies, so that whoever has it knows: what is half done here is left over.
 */
final class FolderLock implements AutoCloseable {
    private static final String NAME = ".latchkey.lock";

    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Makes the folder where there is none.
     *
     * @throws DatabaseException where another has it
     */
    static FolderLock take(Path folder) throws IOException {
        Disk.createFolderIfMissing(folder);
        Path file = folder.resolve(NAME);
        if (!Files.exists(file)) {
            Disk.createIfMissing(file);
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
            throw new DatabaseException("another backup or restore is at work in " + folder);
        }
        return new FolderLock(channel);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
