package dev.latchkey.server.database;

import java.io.Closeable;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The source or the target of a copy: a store, read and written in one transaction.
 *
 * <p>A row is one array of bytes a column: text in UTF-8, an integer in eight bytes, a boolean in one; null is null. {@link #close}
 * rolls back what was not committed.
 */
interface CopyStore extends AutoCloseable {

    /** Accepts a row, which must be neither kept nor changed. */
    interface Rows {
        void accept(byte[][] row) throws SQLException, IOException;
    }

    /** Inserts rows into a table; they are all there once it is closed. */
    interface RowWriter extends Rows, Closeable {}

    static CopyStore open(DatabaseSettings settings) throws SQLException {
        return settings.isSqlite() ? new SqliteCopyStore(settings) : new PostgresCopyStore(settings);
    }

    Connection connection();

    /** Begins the transaction, and locks out other writers until it ends. */
    void begin(List<Table> tables) throws SQLException;

    /** Passes on every row in the order of the primary key, one at a time. */
    void read(Table table, Rows rows) throws SQLException, IOException;

    RowWriter writer(Table table) throws SQLException, IOException;

    void commit() throws SQLException;

    default long count(Table table) throws SQLException {
        try (Statement statement = connection().createStatement();
                ResultSet count = statement.executeQuery("SELECT count(*) FROM " + table.quotedName())) {
            count.next();
            return count.getLong(1);
        }
    }

    @Override
    default void close() throws SQLException {
        connection().close();
    }
}
