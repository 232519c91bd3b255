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

/** The file of a SQLite database. */
final class DatabaseFile extends HealthCheck {
    private final Path path;
    private final Object identity;

    private DatabaseFile(Path path, Object identity) {
        this.path = path;
        this.identity = identity;
    }

    /**
     * Finds the file, or creates it and its folder, accessible to their owner only: SQLite would create it readable by everybody. SQLite
     * gives its log files the same permissions. If a link points to a missing file, the file is created, as SQLite does, but not its
     * folder: if a disk is not mounted, an empty store must not appear in its place.
     *
     * @param option the setting or option that gave the path
     * @throws DatabaseException if it can be neither found nor created
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
     * Checks that the file was not deleted or moved: a process could still write to it, and would lose all of that.
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

    /** Device and inode; null if the file system has none. */
    private static Object identity(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    /** Empty if the file system has no such permissions. */
    static FileAttribute<?>[] ownerOnly(Path path, String permissions) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    /** The file and the reason of a failure. */
    static String fileAndReason(IOException failure) {
        return failure instanceof FileSystemException file ? file.getFile() + ": " + reason(failure) : reason(failure);
    }

    /** The reason in words, without the path that the exception repeats; for some exceptions, only the class tells it. */
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
            return "it does not exist";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "it already exists";
        }
        if (failure instanceof DirectoryNotEmptyException) {
            return "it is a folder that is not empty";
        }
        if (failure instanceof NotDirectoryException) {
            return "it is not a folder";
        }
        return failure instanceof FileSystemLoopException
                ? "its symbolic links form a loop"
                : "the system gives no reason";
    }
}
