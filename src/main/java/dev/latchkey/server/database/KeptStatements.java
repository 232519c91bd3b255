package dev.latchkey.server.database;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jdbi.v3.core.statement.DefaultStatementBuilder;
import org.jdbi.v3.core.statement.StatementBuilder;
import org.jdbi.v3.core.statement.StatementContext;

/** Caches the prepared statements of one connection, for one thread at a time: SQLite takes as long to prepare one as to run it. */
final class KeptStatements implements StatementBuilder {
    // There are far fewer SQL texts; this is for the day when somebody builds one from data.
    private static final int MAX_KEPT = 200;

    private final DefaultStatementBuilder builder = new DefaultStatementBuilder();
    private final Map<String, PreparedStatement> idle = new HashMap<>();
    // JDBI gives a statement back under the text that it had before its parameters were parsed.
    private final IdentityHashMap<PreparedStatement, String> inUse = new IdentityHashMap<>();

    @Override
    public Statement create(Connection connection, StatementContext context) throws SQLException {
        return builder.create(connection, context);
    }

    @Override
    public PreparedStatement create(Connection connection, String sql, StatementContext context) throws SQLException {
        PreparedStatement kept = idle.remove(sql);
        PreparedStatement statement = kept == null ? builder.create(connection, sql, context) : kept;
        inUse.put(statement, sql);
        return statement;
    }

    /** The same without JDBI. The statement must be given back by {@link #giveBack}. */
    PreparedStatement take(Connection connection, String sql) throws SQLException {
        PreparedStatement kept = idle.remove(sql);
        PreparedStatement statement = kept == null ? connection.prepareStatement(sql) : kept;
        inUse.put(statement, sql);
        return statement;
    }

    /** Of {@link #take}; its rows must be closed. */
    void giveBack(String sql, PreparedStatement statement) throws SQLException {
        inUse.remove(statement);
        keep(sql, statement);
    }

    @Override
    public CallableStatement createCall(Connection connection, String sql, StatementContext context)
            throws SQLException {
        return builder.createCall(connection, sql, context);
    }

    @Override
    public void close(Connection connection, String unparsedSql, Statement statement) throws SQLException {
        String sql = statement instanceof PreparedStatement ? inUse.remove(statement) : null;
        if (sql == null) {
            statement.close();
            return;
        }
        try {
            // Unfetched rows keep the statement, and with it the log, in use.
            ResultSet left = statement.getResultSet();
            if (left != null) {
                left.close();
            }
        } catch (SQLException e) {
            // The driver has finalized the statement, as it does when the disk fails.
            statement.close();
            return;
        }
        keep(sql, (PreparedStatement) statement);
    }

    private void keep(String sql, PreparedStatement statement) throws SQLException {
        if (idle.size() >= MAX_KEPT || idle.containsKey(sql)) {
            statement.close();
            return;
        }
        try {
            // Otherwise the values would stay in memory until the next use.
            statement.clearParameters();
            idle.put(sql, statement);
        } catch (SQLException e) {
            // As above.
            statement.close();
        }
    }

    @Override
    public void close(Connection connection) {
        // The connection closes its statements.
        idle.clear();
        inUse.clear();
    }
}
