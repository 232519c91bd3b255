package dev.latchkey.server.database;

import java.io.Closeable;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The source or the target of a copy: a store, seen through one transaction, that hands over its rows and takes others.
 *
 * <p>A row is one array of bytes a column: text in UTF-8, an integer in eight bytes, a boolean in one; null is null. What is not
 * committed when this is closed never was.
 */
interface CopyStore extends AutoCloseable {

    /** Takes a row; it is not to be kept, nor to be changed. */
    interface Rows {
        void accept(byte[][] row) throws SQLException, IOException;
    }

    /** Takes rows into a table; they are all there once it is closed. */
    interface RowWriter extends Rows, Closeable {}

    static CopyStore open(DatabaseSettings settings) throws SQLException {
        return settings.isSqlite() ? new SqliteCopyStore(settings) : new PostgresCopyStore(settings);
    }

    Connection connection();

    /** Begins the transaction, and keeps everybody else from writing until it ends. */
    void begin(List<Table> tables) throws SQLException;

    /** Hands over every row in the order of the primary key, one at a time. */
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
