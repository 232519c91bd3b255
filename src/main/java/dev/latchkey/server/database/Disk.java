package dev.latchkey.server.database;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What makes files private, and makes them stay when the power goes. */
final class Disk {
    /** As Linux has it. */
    private static final int MAX_LINKS = 40;

    private Disk() {}

    /**
     * Where a name leads, which may be that of a symbolic link, even if there is no file yet.
     *
     * @throws FileSystemException where it is a link into a folder that is not there
     */
    static Path target(Path path) throws IOException {
        Path file = path.toAbsolutePath();
        for (int links = 0; Files.isSymbolicLink(file); links++) {
            if (links == MAX_LINKS) {
                throw new FileSystemException(path.toString(), null, "it is a link that leads to no end");
            }
            file = file.resolveSibling(Files.readSymbolicLink(file));
        }
        if (Files.isSymbolicLink(path) && !Files.isDirectory(file.getParent())) {
            throw new FileSystemException(
                    path.toString(), null, "it is a link to " + file + ", and the folder of that is not there");
        }
        return file;
    }

    /** Makes the folder for its owner alone, with those above it, where there is none. */
    static void createFolderIfMissing(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            if (Files.isSymbolicLink(folder)) {
                throw new FileSystemException(
                        folder.toString(),
                        null,
                        "the folder " + folder + " is a link to " + Files.readSymbolicLink(folder)
                                + ", which is not there");
            }
            Path parent = folder.toAbsolutePath().getParent();
            createFolderIfMissing(parent);
            Files.createDirectories(folder, DatabaseFile.ownerOnly(folder, "rwx------"));
            sync(parent);
        }
    }

    /** Makes an empty file for its owner alone, where there is none. */
    static void createIfMissing(Path file) throws IOException {
        try {
            Files.createFile(file, DatabaseFile.ownerOnly(file, "rw-------"));
        } catch (FileAlreadyExistsException e) {
            // Somebody was faster.
        }
    }

    /**
     * Returns when the file, or the names that are in the folder, would survive a power cut.
     *
     * <p>Never for a file that SQLite has open in this process: to close it here would end SQLite's locks on it.
     */
    static void sync(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
                file.force(true);
            }
        } else if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            // Elsewhere a folder cannot be opened, and needs not be.
            try (FileChannel folder = FileChannel.open(path, StandardOpenOption.READ)) {
                folder.force(true);
            }
        }
    }
}
