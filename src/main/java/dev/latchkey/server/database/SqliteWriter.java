package dev.latchkey.server.database;

import com.google.common.base.Throwables;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** The write connection, with the statements of a group of writes; for one thread at a time. */
final class SqliteWriter implements AutoCloseable {
    // How long to wait for readers to leave the log. Writes wait meanwhile.
    private static final int RESTART_TIMEOUT_MILLIS = 20;

    /** How many pages the write-ahead log has, and how many of them are copied into the database file. */
    record LogState(int pages, int copied) {}

    private final Handle handle;
    private final DatabaseFile file;
    private final int busyTimeoutMillis;
    private final PreparedStatement begin;
    private final PreparedStatement savepoint;
    private final PreparedStatement release;
    private final PreparedStatement undo;
    private final PreparedStatement commit;
    private final PreparedStatement log;

    private SqliteWriter(Handle handle, DatabaseFile file) throws SQLException {
        this.handle = handle;
        this.file = file;
        this.busyTimeoutMillis =
                handle.createQuery("PRAGMA busy_timeout").mapTo(int.class).one();
        Connection connection = handle.getConnection();
        // Not the methods of JDBC: after each commit the driver would begin a transaction at once, and so lock the
        // file.
        begin = connection.prepareStatement("BEGIN IMMEDIATE");
        savepoint = connection.prepareStatement("SAVEPOINT one_write");
        release = connection.prepareStatement("RELEASE one_write");
        undo = connection.prepareStatement("ROLLBACK TO one_write");
        commit = connection.prepareStatement("COMMIT");
        log = connection.prepareStatement("PRAGMA wal_checkpoint(NOOP)");
    }

    /** {@code connections} must use {@link KeptStatements}. */
    static SqliteWriter open(Jdbi connections, DatabaseFile file) throws SQLException, IOException {
        file.checkInPlace();
        Handle handle = connections.open();
        try {
            // Otherwise this connection might use a file that no other one sees.
            file.checkInPlace();
            requireLog(handle);
            return new SqliteWriter(handle, file);
        } catch (SQLException | IOException | RuntimeException e) {
            handle.close();
            throw e;
        }
    }

    private static void requireLog(Handle handle) throws SQLException {
        String mode =
                handle.createQuery("PRAGMA journal_mode").mapTo(String.class).one();
        if (!mode.equals("wal")) {
            throw new SQLException("SQLite cannot keep a write-ahead log there; put the file on a local disk");
        }
    }

    void begin() throws SQLException {
        begin.execute();
    }

    /**
     * Runs one write of the group. If it fails, it alone is undone.
     *
     * @throws SQLException or what the write threw, if the whole group fails with it
     */
    void run(PendingWrite<?> write) throws SQLException {
        savepoint.execute();
        Throwable failure = write.run(handle);
        if (failure != null) {
            try {
                undo.execute();
            } catch (SQLException e) {
                // SQLite has rolled back the whole transaction, as it does when the disk fails.
                failure.addSuppressed(e);
                Throwables.throwIfUnchecked(failure);
            }
        }
        release.execute();
    }

    /** Commits the group, and checks that it is in the file that the next start would open. */
    void commit() throws SQLException, IOException {
        commit.execute();
        file.checkInPlace();
    }

    /** Rolls back the group. Returns whether the connection can still be used. */
    boolean rollback() {
        try (Statement rollback = handle.getConnection().createStatement()) {
            rollback.execute("ROLLBACK");
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    LogState log() throws SQLException {
        try (ResultSet row = log.executeQuery()) {
            return row.next() ? new LogState(row.getInt("log"), row.getInt("checkpointed")) : new LogState(0, 0);
        }
    }

    /** Copies the rest of the log into the database, so that the next write restarts the log; false if a reader prevents it. */
    boolean restartLog() throws SQLException {
        try (Statement statement = handle.getConnection().createStatement()) {
            statement.execute("PRAGMA busy_timeout = " + RESTART_TIMEOUT_MILLIS);
            try (ResultSet row = statement.executeQuery("PRAGMA wal_checkpoint(RESTART)")) {
                return row.next() && row.getInt("busy") == 0;
            } finally {
                statement.execute("PRAGMA busy_timeout = " + busyTimeoutMillis);
            }
        }
    }

    @Override
    public void close() {
        handle.close();
    }
}
