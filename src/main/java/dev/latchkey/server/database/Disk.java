package dev.latchkey.server.database;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes files private, and makes them survive a power cut. */
final class Disk {
    /** The limit of Linux. */
    private static final int MAX_LINKS = 40;

    private Disk() {}

    /**
     * Resolves symbolic links, even if there is no file yet.
     *
     * @throws FileSystemException if it is a link into a folder that does not exist
     */
    static Path target(Path path) throws IOException {
        Path file = path.toAbsolutePath();
        for (int links = 0; Files.isSymbolicLink(file); links++) {
            if (links == MAX_LINKS) {
                throw new FileSystemException(path.toString(), null, "it has too many levels of symbolic links");
            }
            file = file.resolveSibling(Files.readSymbolicLink(file));
        }
        if (Files.isSymbolicLink(path) && !Files.isDirectory(file.getParent())) {
            throw new FileSystemException(
                    path.toString(), null, "it is a link to " + file + ", whose folder does not exist");
        }
        return file;
    }

    /** Creates the folder and those above it, accessible to their owner only, if they do not exist. */
    static void createFolderIfMissing(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            if (Files.isSymbolicLink(folder)) {
                throw new FileSystemException(
                        folder.toString(),
                        null,
                        "the folder " + folder + " is a link to " + Files.readSymbolicLink(folder)
                                + ", which does not exist");
            }
            Path parent = folder.toAbsolutePath().getParent();
            createFolderIfMissing(parent);
            Files.createDirectories(folder, DatabaseFile.ownerOnly(folder, "rwx------"));
            sync(parent);
        }
    }

    /** Creates an empty file, accessible to its owner only, if it does not exist. */
    static void createIfMissing(Path file) throws IOException {
        try {
            Files.createFile(file, DatabaseFile.ownerOnly(file, "rw-------"));
        } catch (FileAlreadyExistsException e) {
            // It exists already.
        }
    }

    /**
     * Syncs a file, or the names in a folder, to disk.
     *
     * <p>Must not be used for a file that SQLite has open in this process: closing it here would release SQLite's locks.
     */
    static void sync(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
                file.force(true);
            }
        } else if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            // Other systems cannot open a folder, and need not.
            try (FileChannel folder = FileChannel.open(path, StandardOpenOption.READ)) {
                folder.force(true);
            }
        }
    }
}
