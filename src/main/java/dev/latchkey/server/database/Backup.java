package dev.latchkey.server.database;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.sqlite.SQLiteOpenMode;

/** Makes a copy of a SQLite store while servers go on writing to it. */
public final class Backup {
    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern(
                    "'latchkey-'uuuuMMdd'T'HHmmss.SSS'Z.db'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final String UNFINISHED = ".part";

    private Backup() {}

    /**
     * Writes a backup that holds every write acknowledged before, into the configured folder.
     *
     * @return the file
     * @throws DatabaseException if that fails
     */
    public static Path make(DatabaseSettings settings) {
        return make(settings, Path.of(settings.backupFolder(), NAME.format(Instant.now())));
    }

    /** As {@link #make(DatabaseSettings)}, into {@code file}, which must not exist. */
    public static Path make(DatabaseSettings settings, Path file) {
        if (!settings.isSqlite()) {
            throw new DatabaseException("this is for SQLite; on PostgreSQL use pg_dump");
        }
        if (!Files.isRegularFile(settings.file())) {
            throw new DatabaseException("there is no store in " + settings.file());
        }
        requireFree(file.toAbsolutePath());
        Path parent = file.toAbsolutePath().getParent();
        try (FolderLock lock = FolderLock.take(parent)) {
            // Only the system can resolve ".." after a symbolic link.
            Path folder = parent.toRealPath();
            Path target = folder.resolve(file.getFileName());
            write(settings, target);
            return target;
        } catch (SQLException e) {
            throw new DatabaseException("backup failed: " + Failures.rootMessage(e), e);
        } catch (IOException e) {
            throw new DatabaseException("backup failed: " + DatabaseFile.fileAndReason(e), e);
        }
    }

    /** Writes {@code target}, in a folder that this process has locked. */
    static void write(DatabaseSettings settings, Path target) throws SQLException, IOException {
        Path folder = target.getParent();
        deleteUnfinished(folder);
        requireFree(target);
        // A name that no other program uses.
        Path unfinished = folder.resolve(NAME.format(Instant.now()) + UNFINISHED);
        SqliteSnapshot.write(settings.file(), SQLiteOpenMode.READWRITE, unfinished);
        // Fails if the file was created meanwhile.
        Files.move(unfinished, target);
        Disk.sync(folder);
    }

    private static void requireFree(Path target) {
        if (Files.exists(target)) {
            throw new DatabaseException(target + " already exists");
        }
    }

    /** The lock guarantees that nobody is still writing them. */
    private static void deleteUnfinished(Path folder) throws IOException {
        try (DirectoryStream<Path> leftOver = Files.newDirectoryStream(folder, "latchkey-*Z.db" + UNFINISHED + "*")) {
            for (Path file : leftOver) {
                Files.delete(file);
            }
        }
    }
}
