package dev.latchkey.database;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps every other backup and restore, in this process or another, out of a folder. The system takes it back from a process
 * that dies, so that whoever has it knows: what is half done here is left over.
 */
final class FolderLock implements AutoCloseable {
    private static final String NAME = ".latchkey.lock";

    // A process that only opens and closes the file again loses the lock that it has, so nobody here opens it twice.
    private static final Set<Path> TAKEN_HERE = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel channel;

    private FolderLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Makes the folder where there is none.
     *
     * @throws DatabaseException where another has it
     */
    static FolderLock take(Path folder) throws IOException {
        Disk.createFolderIfMissing(folder);
        Path place = folder.toRealPath();
        if (!TAKEN_HERE.add(place)) {
            throw taken(folder);
        }
        FileChannel channel = null;
        boolean isTaken = false;
        try {
            channel = open(place.resolve(NAME));
            isTaken = channel.tryLock() != null;
        } finally {
            if (!isTaken) {
                release(place, channel);
            }
        }
        if (!isTaken) {
            throw taken(folder);
        }
        return new FolderLock(place, channel);
    }

    private static FileChannel open(Path file) throws IOException {
        if (!Files.exists(file)) {
            Disk.createIfMissing(file);
        }
        return FileChannel.open(file, StandardOpenOption.WRITE);
    }

    private static DatabaseException taken(Path folder) {
        return new DatabaseException("another backup or restore is at work in " + folder);
    }

    private static void release(Path place, FileChannel channel) throws IOException {
        try {
            if (channel != null) {
                channel.close();
            }
        } finally {
            TAKEN_HERE.remove(place);
        }
    }

    @Override
    public void close() throws IOException {
        // Not again, for somebody else may have it by now.
        if (channel.isOpen()) {
            release(folder, channel);
        }
    }
}
