package dev.latchkey.server.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.sqlite.SQLiteOpenMode;

/** Tells whether a backup of a SQLite store can be restored. Needs no store and no configuration. */
public final class BackupCheck {
    private BackupCheck() {}

    /**
     * What is in a good backup.
     *
     * @param version of the schema
     * @param tables all of them, with the hash that {@code copy-store} prints, too
     */
    public record Content(String version, List<StoreCopy.CopiedTable> tables) {

        public Content {
            tables = List.copyOf(tables);
        }
    }

    /**
     * Reads every row, and changes nothing.
     *
     * @throws DatabaseException if it is damaged, is no store, or is one that this Latchkey could not restore
     */
    public static Content run(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new DatabaseException("there is no file " + file);
        }
        try {
            SqliteSnapshot.check(file);
            DatabaseSettings store =
                    DatabaseSettings.defaults().elsewhere("jdbc:sqlite:" + file.toAbsolutePath(), null, null);
            Databases.requireStore(store, file.toString(), false);
            try (CopyStore backup = new SqliteCopyStore(SqliteSnapshot.connect(file, SQLiteOpenMode.READONLY))) {
                List<StoreCopy.CopiedTable> tables = new ArrayList<>();
                for (Table table : Table.allOf(backup.connection())) {
                    Checksum checksum = new Checksum();
                    backup.read(table, checksum::add);
                    tables.add(new StoreCopy.CopiedTable(table.name(), checksum.rows(), checksum.hex()));
                }
                return new Content(version(backup.connection()), tables);
            }
        } catch (SQLException | IOException e) {
            throw new DatabaseException(file + " cannot be read: " + Failures.rootMessage(e), e);
        }
    }

    private static String version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet newest = statement.executeQuery("SELECT version FROM " + SchemaHistory.TABLE
                        + " WHERE version IS NOT NULL ORDER BY installed_rank DESC LIMIT 1")) {
            newest.next();
            return newest.getString(1);
        }
    }
}
