package dev.latchkey.server.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.transaction.TransactionException;

/**
 * Runs statements on the connection of a handle, for the paths that every request of the private store takes. JDBI prepares each statement
 * anew, with a copy of its configuration, a template and a parser; that takes several times as long as SQLite takes to run it.
 *
 * <p>Parameters are {@code ?}, and their values texts, integers or null.
 */
public final class PlainStatements {
    private PlainStatements() {}

    /** Runs a query and maps its first row, if there is one. {@code mapper} gets no context. */
    public static <T> Optional<T> first(Handle handle, String sql, RowMapper<T> mapper, Object... values) {
        return run(handle, sql, values, statement -> {
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(mapper.map(rows, null)) : Optional.empty();
            }
        });
    }

    /** Runs a query and maps all its rows. {@code mapper} gets no context. */
    public static <T> List<T> all(Handle handle, String sql, RowMapper<T> mapper, Object... values) {
        return run(handle, sql, values, statement -> {
            try (ResultSet rows = statement.executeQuery()) {
                List<T> all = new ArrayList<>();
                while (rows.next()) {
                    all.add(mapper.map(rows, null));
                }
                return all;
            }
        });
    }

    /**
     * The same as {@link #first} in a write, and locks the row that it finds until the transaction ends. On SQLite there is nothing to lock, because there is
     * only one writer.
     */
    public static <T> Optional<T> firstForUpdate(Handle handle, String sql, RowMapper<T> mapper, Object... values) {
        return first(handle, isOnlyWriter(handle) ? sql : sql + " FOR UPDATE", mapper, values);
    }

    private static boolean isOnlyWriter(Handle handle) {
        return handle.getStatementBuilder() instanceof KeptStatements;
    }

    /** Runs a change, and returns how many rows it changed. */
    public static int update(Handle handle, String sql, Object... values) {
        return run(handle, sql, values, PreparedStatement::executeUpdate);
    }

    /** Runs a change once for each row of values: with PostgreSQL all of them in one round trip. */
    static void updateAll(Handle handle, String sql, List<Object[]> rows) {
        if (rows.size() == 1 || isOnlyWriter(handle)) {
            // SQLite's driver would hide the code of a failure.
            rows.forEach(values -> update(handle, sql, values));
            return;
        }
        Connection connection = handle.getConnection();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (Object[] values : rows) {
                bind(statement, values);
                statement.addBatch();
            }
            statement.executeBatch();
        } catch (SQLException e) {
            throw new TransactionException("A statement failed", e);
        }
    }

    private interface Execution<T> {
        T of(PreparedStatement statement) throws SQLException;
    }

    private static <T> T run(Handle handle, String sql, Object[] values, Execution<T> execution) {
        Connection connection = handle.getConnection();
        KeptStatements kept = handle.getStatementBuilder() instanceof KeptStatements statements ? statements : null;
        try {
            PreparedStatement statement = kept == null ? connection.prepareStatement(sql) : kept.take(connection, sql);
            try {
                bind(statement, values);
                return execution.of(statement);
            } finally {
                if (kept == null) {
                    statement.close();
                } else {
                    kept.giveBack(sql, statement);
                }
            }
        } catch (SQLException e) {
            throw new TransactionException("A statement failed", e);
        }
    }

    private static void bind(PreparedStatement statement, Object[] values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            if (value instanceof String text) {
                statement.setString(i + 1, text);
            } else if (value instanceof Number number) {
                statement.setLong(i + 1, number.longValue());
            } else if (value == null) {
                statement.setNull(i + 1, Types.NULL);
            } else {
                throw new IllegalArgumentException(value.getClass().getName());
            }
        }
    }
}
