package dev.latchkey.server.database;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;
import org.sqlite.SQLiteOpenMode;

/** A SQLite file as the source or target of a copy. Only one row at a time is in memory, besides SQLite's cache. */
final class SqliteCopyStore implements CopyStore {
    private final Connection connection;

    /** Over a connection for reading. */
    SqliteCopyStore(Connection connection) {
        this.connection = connection;
    }

    SqliteCopyStore(DatabaseSettings settings) throws SQLException {
        connection = SqliteSnapshot.connect(settings.file(), SQLiteOpenMode.READWRITE);
        execute("PRAGMA busy_timeout = " + settings.maxWait().toMilliseconds());
        execute("PRAGMA synchronous = FULL");
        execute("PRAGMA foreign_keys = true");
    }

    @Override
    public Connection connection() {
        return connection;
    }

    /** SQLite has one lock for all tables. */
    @Override
    public void begin(List<Table> tables) throws SQLException {
        execute("BEGIN IMMEDIATE");
    }

    @Override
    public void commit() throws SQLException {
        execute("COMMIT");
    }

    @Override
    public void read(Table table, Rows rows) throws SQLException, IOException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(table.selection())) {
            List<Table.Column> columns = table.columns();
            while (result.next()) {
                byte[][] row = new byte[columns.size()][];
                for (int i = 0; i < row.length; i++) {
                    row[i] = switch (columns.get(i).kind()) {
                        case TEXT, BYTES -> result.getBytes(i + 1);
                        case INTEGER -> integer(result, i + 1, table);
                        case BOOLEAN -> bool(result, i + 1);
                    };
                }
                rows.accept(row);
            }
        }
    }

    /** SQLite can store any type in any column, and would read a value that is not an integer as 0. */
    private static byte[] integer(ResultSet result, int index, Table table) throws SQLException {
        Object value = result.getObject(index);
        if (value == null) {
            return null;
        }
        if (value instanceof Long || value instanceof Integer) {
            return ByteBuffer.allocate(Long.BYTES)
                    .putLong(((Number) value).longValue())
                    .array();
        }
        throw new DatabaseException(
                table.name() + "." + table.columns().get(index - 1).name() + " holds something that is not an integer");
    }

    private static byte[] bool(ResultSet result, int index) throws SQLException {
        boolean value = result.getBoolean(index);
        return result.wasNull() ? null : new byte[] {(byte) (value ? 1 : 0)};
    }

    @Override
    public RowWriter writer(Table table) throws SQLException {
        String parameters = "?" + ", ?".repeat(table.columns().size() - 1);
        return new Insert(
                table,
                connection.prepareStatement("INSERT INTO " + table.quotedName() + " (" + table.columnList()
                        + ") VALUES (" + parameters + ")"));
    }

    private record Insert(Table table, PreparedStatement statement) implements RowWriter {

        @Override
        public void accept(byte[][] row) throws SQLException {
            for (int i = 0; i < row.length; i++) {
                if (row[i] == null) {
                    statement.setNull(i + 1, Types.NULL);
                    continue;
                }
                switch (table.columns().get(i).kind()) {
                    case TEXT -> statement.setString(i + 1, new String(row[i], StandardCharsets.UTF_8));
                    case BYTES -> statement.setBytes(i + 1, row[i]);
                    case INTEGER ->
                        statement.setLong(i + 1, ByteBuffer.wrap(row[i]).getLong());
                    case BOOLEAN -> statement.setBoolean(i + 1, row[i][0] != 0);
                }
            }
            statement.executeUpdate();
        }

        @Override
        public void close() throws IOException {
            try {
                statement.close();
            } catch (SQLException e) {
                throw new IOException(e);
            }
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
