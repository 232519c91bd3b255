package dev.latchkey.server.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sqlite.SQLiteOpenMode;

/** Puts a backup in the place of a SQLite store. */
public final class Restore {
    private static final DateTimeFormatter OLD_SUFFIX = DateTimeFormatter.ofPattern(
                    "'.before-restore-'uuuuMMdd'T'HHmmss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** SQLite's own files beside a store. It would play them back onto whatever file they lie beside. */
    private static final List<String> LOGS = List.of("-wal", "-shm", "-journal");

    private Restore() {}

    /**
     * Checks the backup, and puts a copy of it where {@code settings} say that the store is. Interrupted, it leaves the one or the
     * other, and can be run again.
     *
     * @return where the old store is now, if there was one
     * @throws DatabaseException where that is not possible; then everything is as it was
     */
    public static Optional<Path> run(DatabaseSettings settings, Path backup) {
        if (!settings.isSqlite()) {
            throw new DatabaseException("this is for SQLite; on PostgreSQL use pg_restore");
        }
        try {
            // SQLite follows links, and keeps its log beside what they lead to.
            Path store = Files.exists(settings.file()) ? settings.file().toRealPath() : Disk.target(settings.file());
            if (!Files.isRegularFile(backup)) {
                throw new DatabaseException("there is no file " + backup);
            }
            if (Files.exists(store) && Files.isSameFile(store, backup)) {
                throw new DatabaseException(backup + " is the store itself");
            }
            try (FolderLock lock = FolderLock.take(store.getParent());
                    StoppedStore old = StoppedStore.take(store)) {
                Path copy = store.resolveSibling(store.getFileName() + ".restore.part");
                copyOf(backup, settings, copy);
                return replace(store, copy);
            }
        } catch (SQLException e) {
            throw new DatabaseException("not restored: " + backup + ": " + Failures.rootMessage(e), e);
        } catch (IOException e) {
            throw new DatabaseException("not restored: " + DatabaseFile.fileAndReason(e), e);
        }
    }

    private static void copyOf(Path backup, DatabaseSettings settings, Path copy) throws SQLException, IOException {
        SqliteSnapshot.check(backup);
        SqliteSnapshot.write(backup, SQLiteOpenMode.READONLY, copy);
        try {
            Databases.requireStore(settings.elsewhere("jdbc:sqlite:" + copy, null, null), backup.toString(), false);
        } catch (DatabaseException e) {
            Files.deleteIfExists(copy);
            throw e;
        }
    }

    /**
     * The old store gets a second name before it loses its first, so that at every moment there is a store in that place. What is
     * beside it is left over, since {@link StoppedStore} has emptied its log, or belongs to a file that is damaged.
     */
    private static Optional<Path> replace(Path store, Path copy) throws IOException {
        if (!Files.exists(store)) {
            keepLogs(store, store.resolveSibling(store.getFileName() + OLD_SUFFIX.format(Instant.now())));
            Files.move(copy, store);
            Disk.sync(store.getParent());
            return Optional.empty();
        }
        Path old = store.resolveSibling(store.getFileName() + OLD_SUFFIX.format(Instant.now()));
        Files.createLink(old, store);
        keepLogs(store, old);
        Files.move(copy, store, StandardCopyOption.ATOMIC_MOVE);
        Disk.sync(store.getParent());
        return Optional.of(old);
    }

    private static void keepLogs(Path store, Path old) throws IOException {
        for (String log : LOGS) {
            Path file = store.resolveSibling(store.getFileName() + log);
            if (Files.exists(file)) {
                Files.move(file, old.resolveSibling(old.getFileName() + log));
            }
        }
        Disk.sync(store.getParent());
    }
}
