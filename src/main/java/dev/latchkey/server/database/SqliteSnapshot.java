package dev.latchkey.server.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.stream.Collectors;
import org.sqlite.SQLiteOpenMode;

/**
 * A consistent copy of a SQLite store in one file.
 *
 * <p>Made by {@code VACUUM INTO}, not by SQLite's backup API. In steps, the backup API starts again from the first page after every
 * write of another connection, so it may never end on a busy server. In one step, it takes as long, and blocks reuse of the log as long,
 * as this does. {@code VACUUM INTO} also leaves out deleted data, and reads every row instead of copying pages that may be damaged.
 */
final class SqliteSnapshot {
    private static final int BUSY_MILLIS = 5_000;

    private SqliteSnapshot() {}

    /**
     * Writes the file {@code copy}, accessible to its owner only, and replaces what an interrupted run may have left there. The file is
     * complete, checked and on disk, or does not exist.
     */
    static void write(Path source, SQLiteOpenMode mode, Path copy) throws SQLException, IOException {
        delete(copy);
        Disk.createIfMissing(copy);
        try {
            try (Connection connection = connect(source, mode);
                    PreparedStatement vacuum = connection.prepareStatement("VACUUM INTO ?")) {
                vacuum.setString(1, SqliteUrl.uri(copy));
                vacuum.execute();
            }
            check(copy);
            // Not every version of SQLite does.
            Disk.sync(copy);
        } catch (SQLException | IOException | DatabaseException e) {
            delete(copy);
            throw e;
        }
    }

    /** Deletes a copy, if it exists, that no process has open. */
    static void delete(Path copy) throws IOException {
        Files.deleteIfExists(copy);
        Files.deleteIfExists(copy.resolveSibling(copy.getFileName() + "-journal"));
    }

    /** Reads the whole file. */
    static void check(Path file) throws SQLException {
        try (Connection connection = connect(file, SQLiteOpenMode.READONLY);
                Statement statement = connection.createStatement()) {
            try (ResultSet result = statement.executeQuery("PRAGMA integrity_check(1)")) {
                if (!result.next() || !result.getString(1).equals("ok")) {
                    throw new DatabaseException(
                            file + " is damaged: " + result.getString(1).lines().collect(Collectors.joining(" ")));
                }
            }
            try (ResultSet violation = statement.executeQuery("PRAGMA foreign_key_check")) {
                if (violation.next()) {
                    throw new DatabaseException(
                            file + " is damaged: a row of " + violation.getString(1) + " violates a foreign key");
                }
            }
        }
    }

    static Connection connect(Path file, SQLiteOpenMode mode) throws SQLException {
        SqliteLibrary.load();
        Properties properties = new Properties();
        properties.setProperty("open_mode", Integer.toString(mode.flag));
        properties.setProperty("busy_timeout", Integer.toString(BUSY_MILLIS));
        return DriverManager.getConnection(SqliteUrl.of(file), properties);
    }
}
