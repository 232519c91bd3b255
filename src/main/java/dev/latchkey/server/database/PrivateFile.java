package dev.latchkey.server.database;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Writes files that hold people's data. */
public final class PrivateFile {
    private PrivateFile() {}

    /** What is in the file. */
    public interface Content {
        void writeTo(OutputStream output) throws IOException;
    }

    /**
     * Writes a new file, accessible to its owner only. It is complete and on disk, or does not exist.
     *
     * @throws FileAlreadyExistsException if there is a file of that name
     */
    public static void write(Path file, Content content) throws IOException {
        requireFree(file);
        Path target = file.toAbsolutePath();
        if (!Files.isDirectory(target.getParent())) {
            throw new NoSuchFileException(target.getParent().toString());
        }
        // Only its owner may read it, like all temporary files of Java.
        Path unfinished = Files.createTempFile(target.getParent(), "." + target.getFileName(), ".part");
        // Where somebody ends the program meanwhile.
        unfinished.toFile().deleteOnExit();
        try {
            try (OutputStream output = Files.newOutputStream(unfinished)) {
                content.writeTo(output);
            }
            Disk.sync(unfinished);
            requireFree(file);
            Files.move(unfinished, target);
            Disk.sync(target.getParent());
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private static void requireFree(Path file) throws FileAlreadyExistsException {
        if (Files.exists(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
    }
}
