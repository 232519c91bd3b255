package dev.latchkey.server.database;

import dev.latchkey.server.health.Readiness;
import dev.latchkey.server.health.ReadinessSettings;
import io.dropwizard.util.DataSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jdbi.v3.core.Handle;

/** What a server needs of its store to be ready. */
final class StoreChecks {
    private static final String VERSION = "SELECT MAX(installed_rank) FROM " + SchemaHistory.TABLE;

    /** Writes a row as it is: the disk and the database have the same to do as for any other write, and nothing grows. */
    private static final String WRITE = "UPDATE " + SchemaHistory.TABLE + " SET success = success"
            + " WHERE installed_rank = (SELECT MIN(installed_rank) FROM " + SchemaHistory.TABLE + ")";

    private final Database database;
    private final int neededVersion;

    /** For a store that this server has just brought up to date. */
    StoreChecks(Database database) {
        this.database = database;
        this.neededVersion = database.read(StoreChecks::version);
    }

    void addTo(Readiness readiness) {
        readiness
                .require("database-read", "The database cannot be read.", () -> database.read(StoreChecks::version) > 0)
                .require("database-write", "The database cannot be written.", this::write)
                // A newer one is fine: during a rolling upgrade, the new server is up before the old one goes.
                .require(
                        "migrations",
                        "The store is not at the version that the server needs.",
                        () -> database.read(StoreChecks::version) >= neededVersion);
    }

    private static int version(Handle handle) {
        return handle.createQuery(VERSION).mapTo(Integer.class).findOne().orElse(0);
    }

    private boolean write() {
        return database.write(handle -> handle.execute(WRITE)) == 1;
    }

    /** The disks on which a SQLite store and its backups are. A server is ready even if no backup can be made. */
    static void addDisks(DatabaseSettings settings, ReadinessSettings limits, Readiness readiness) {
        DataSize min = limits.minDiskSpace();
        String left = " has less than " + min + " left.";
        readiness
                .require("disk", "The disk of the store" + left, () -> hasLeft(settings.file(), min))
                .watch(
                        "backup-disk",
                        "The disk of the backups" + left,
                        () -> hasLeft(Path.of(settings.backupFolder()), min));
    }

    private static boolean hasLeft(Path path, DataSize min) {
        Path there = path.toAbsolutePath();
        while (!Files.exists(there)) {
            // The folder is created with the first backup.
            there = there.getParent();
        }
        try {
            return Files.getFileStore(there).getUsableSpace() >= min.toBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
