package dev.latchkey.server.database;

import com.codahale.metrics.health.HealthCheck;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;

/** The file that SQLite keeps everything in. */
final class DatabaseFile extends HealthCheck {
    private final Path path;
    private final Object identity;

    private DatabaseFile(Path path, Object identity) {
        this.path = path;
        this.identity = identity;
    }

    /**
     * Finds the file, or makes it and its folder for their owner alone: SQLite would make it readable by everybody. Its log
     * files take over its permissions. A link to a file that is not there yet makes that file, as SQLite does, but not its folder: where
     * a disk is missing, a store in its place would be a new and empty one.
     *
     * @param option what the operator has given the path in
     * @throws DatabaseException where it can be neither found nor made
     */
    static DatabaseFile open(Path path, String option) {
        try {
            Disk.createFolderIfMissing(path.toAbsolutePath().getParent());
            if (!Files.exists(path)) {
                Path file = Disk.target(path);
                Disk.createIfMissing(file);
                Disk.sync(file.getParent());
            }
            return new DatabaseFile(path, identity(path));
        } catch (IOException e) {
            throw new DatabaseException(option + ": the file " + path + " cannot be created: " + reason(e), e);
        }
    }

    /**
     * A process can go on with a file that somebody has deleted or moved, and everything it writes there is lost.
     *
     * @throws NoSuchFileException if the next start would not find the file that was opened
     */
    void checkInPlace() throws NoSuchFileException {
        if (!isInPlace()) {
            throw new NoSuchFileException(path.toString(), null, "it was deleted, moved or replaced");
        }
    }

    private boolean isInPlace() {
        try {
            return Objects.equals(identity, identity(path));
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    protected Result check() {
        return isInPlace() ? Result.healthy() : Result.unhealthy("%s is not the file that was opened", path);
    }

    /** Device and inode; null where the file system has no such thing, and so cannot be asked. */
    private static Object identity(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    /** None where files have no such permissions, but those of the folder that they are in. */
    static FileAttribute<?>[] ownerOnly(Path path, String permissions) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    /** Which file went wrong, and how. */
    static String fileAndReason(IOException failure) {
        return failure instanceof FileSystemException file ? file.getFile() + ": " + reason(failure) : reason(failure);
    }

    /** What went wrong, without the path that the exception repeats, and in words: of some, only the class says it. */
    static String reason(IOException failure) {
        if (failure instanceof AccessDeniedException) {
            return "no permission";
        }
        if (!(failure instanceof FileSystemException file)) {
            return Failures.rootMessage(failure);
        }
        if (file.getReason() != null) {
            return file.getReason();
        }
        if (failure instanceof NoSuchFileException) {
            return "it is not there";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "it is there already";
        }
        if (failure instanceof DirectoryNotEmptyException) {
            return "it is a folder that is not empty";
        }
        if (failure instanceof NotDirectoryException) {
            return "it is no folder";
        }
        return failure instanceof FileSystemLoopException ? "its links lead in a circle" : "the system gives no reason";
    }
}
