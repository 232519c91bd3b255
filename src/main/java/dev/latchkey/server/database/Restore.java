package dev.latchkey.server.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.sqlite.SQLiteOpenMode;

/** Replaces a SQLite store by a backup. */
public final class Restore {
    private static final DateTimeFormatter OLD_SUFFIX = DateTimeFormatter.ofPattern(
                    "'.before-restore-'uuuuMMdd'T'HHmmss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** SQLite's files beside a store. SQLite would apply them to any file that takes the store's place. */
    private static final List<String> LOGS = List.of("-wal", "-shm", "-journal");

    private Restore() {}

    /**
     * Checks the backup, and replaces the store of {@code settings} by a copy of it. If interrupted, it leaves either the old or the new
     * store, and can be run again.
     *
     * @param change is made to the copy, in one transaction, before that takes the store's place
     * @return the new path of the old store, if there was one
     * @throws DatabaseException if that fails; then nothing is changed
     */
    public static Optional<Path> run(DatabaseSettings settings, Path backup, Consumer<Handle> change) {
        if (!settings.isSqlite()) {
            throw new DatabaseException("this is for SQLite; on PostgreSQL use pg_restore");
        }
        try {
            // SQLite follows links, and keeps its log beside their target.
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
                copyOf(backup, settings, copy, change);
                return replace(store, copy);
            }
        } catch (SQLException | JdbiException e) {
            throw new DatabaseException("not restored: " + backup + ": " + Failures.rootMessage(e), e);
        } catch (IOException e) {
            throw new DatabaseException("not restored: " + DatabaseFile.fileAndReason(e), e);
        }
    }

    private static void copyOf(Path backup, DatabaseSettings settings, Path copy, Consumer<Handle> change)
            throws SQLException, IOException {
        SqliteSnapshot.check(backup);
        SqliteSnapshot.write(backup, SQLiteOpenMode.READONLY, copy);
        try {
            Databases.requireStore(settings.elsewhere("jdbc:sqlite:" + copy, null, null), backup.toString(), false);
            try (Connection connection = SqliteSnapshot.connect(copy, SQLiteOpenMode.READWRITE);
                    Handle handle = Jdbi.open(connection)) {
                handle.useTransaction(change::accept);
            }
            Disk.sync(copy);
        } catch (SQLException | IOException | JdbiException | DatabaseException e) {
            SqliteSnapshot.delete(copy);
            throw e;
        }
    }

    /**
     * Gives the old store a second name before the copy takes the first one, so that there is a store at every moment. Log files beside
     * it are leftovers, since {@link StoppedStore} has emptied its log, or belong to a damaged file.
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
