package dev.latchkey.server.database;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import io.dropwizard.validation.ValidationMethod;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The database, and its limits.
 *
 * @param url {@code jdbc:sqlite:<file>}, the default, or {@code jdbc:postgresql://<host>/<database>}
 * @param user for PostgreSQL
 * @param password for PostgreSQL
 * @param maxConnections the size of the pool; on SQLite of the pool of readers, in addition to the one writer. A server opens one
 *     more, to read what other servers have changed
 * @param writeQueue how many writes may wait for SQLite's one writer; beyond that, requests get 503
 * @param maxWait how long a request waits for a connection, or for another process that locks the file, before it gets 503
 * @param backupFolder the folder for backups of a SQLite store
 */
public record DatabaseSettings(
        @NotNull
        @Pattern(
                regexp = "jdbc:sqlite:(?!file:)[^:?\\s][^?]*|jdbc:postgresql:.+",
                message = "must be jdbc:sqlite:<file> or jdbc:postgresql://<host>/<database>")
        String url,

        String user,
        String password,
        @Min(1) @Max(1000) int maxConnections,
        @Min(1) @Max(100_000) int writeQueue,

        @NotNull @MinDuration(value = 1, unit = TimeUnit.MILLISECONDS) @MaxDuration(value = 1, unit = TimeUnit.HOURS)
        Duration maxWait,

        String backupFolder) {

    private static final String DEFAULT_URL = "jdbc:sqlite:data/latchkey.db";
    private static final String DEFAULT_BACKUP_FOLDER = "data/backups";
    private static final int DEFAULT_CONNECTIONS = 16;
    private static final int DEFAULT_WRITE_QUEUE = 128;

    public DatabaseSettings {
        url = url == null ? DEFAULT_URL : url;
        user = user == null || user.isEmpty() ? null : user;
        password = password == null || password.isEmpty() ? null : password;
        maxConnections = maxConnections == 0 ? DEFAULT_CONNECTIONS : maxConnections;
        writeQueue = writeQueue == 0 ? DEFAULT_WRITE_QUEUE : writeQueue;
        maxWait = maxWait == null ? Duration.seconds(5) : maxWait;
        backupFolder = backupFolder == null || backupFolder.isEmpty() ? DEFAULT_BACKUP_FOLDER : backupFolder;
    }

    /** SQLite in the folder {@code data}. */
    public static DatabaseSettings defaults() {
        return new DatabaseSettings(null, null, null, 0, 0, null, null);
    }

    /** The URL without parameters that may contain a password. */
    public String address() {
        return url.replaceFirst("\\?.*", "").replaceFirst("//[^/]*@", "//");
    }

    /** The same settings for another database. */
    public DatabaseSettings elsewhere(String otherUrl, String otherUser, String otherPassword) {
        return new DatabaseSettings(
                otherUrl, otherUser, otherPassword, maxConnections, writeQueue, maxWait, backupFolder);
    }

    @JsonIgnore
    public boolean isSqlite() {
        return SqliteUrl.isOne(url);
    }

    /** The file of the SQLite database; only if {@link #isSqlite()}. */
    Path file() {
        return SqliteUrl.file(url);
    }

    /** The URL for the driver. */
    String driverUrl() {
        return isSqlite() ? SqliteUrl.of(file()) : url;
    }

    /** For Bean Validation. Java cannot open files whose names the charset of the locale cannot encode. */
    @JsonIgnore
    @ValidationMethod(
            message =
                    "database.url or database.backupFolder names a file that the charset of this locale cannot encode: set one"
                            + " with UTF-8, such as LC_ALL=C.UTF-8")
    public boolean isNamedInThisLocale() {
        try {
            return !isSqlite() || (file() != null && Path.of(backupFolder) != null);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** Leaves the password out. */
    @Override
    public String toString() {
        return "DatabaseSettings[address=" + address() + ", user=" + user + "]";
    }
}
