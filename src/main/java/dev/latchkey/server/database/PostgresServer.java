package dev.latchkey.server.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The version and settings of a database that speaks PostgreSQL's protocol. */
record PostgresServer(String version, int number, String encoding, boolean isReadOnly, boolean hasReferences) {
    /** The first with {@code ON CONFLICT}. Other databases with this protocol report 11 or 13. */
    private static final int OLDEST = 9_05_00;

    static PostgresServer ask(PostgresConnections connections) throws SQLException {
        try (Connection connection = connections.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT version(), current_setting('server_version_num'),"
                        + " current_setting('server_encoding'), current_setting('transaction_read_only'),"
                        + " current_setting('session_replication_role', true)")) {
            row.next();
            return new PostgresServer(
                    row.getString(1),
                    row.getInt(2),
                    row.getString(3),
                    connection.isReadOnly() || "on".equals(row.getString(4)),
                    !"replica".equals(row.getString(5)));
        }
    }

    /** A text type that compares byte by byte, which is CockroachDB's default, and its only choice. */
    String textType() {
        return version.startsWith("CockroachDB") ? "TEXT" : "TEXT COLLATE \"C\"";
    }

    /**
     * Refuses a database with which the server would start, but fail or lose data later.
     *
     * @throws DatabaseException with what to do about it
     */
    void requireUsable(String name) {
        if (number < OLDEST) {
            throw new DatabaseException(name + " is too old: use PostgreSQL 14 or newer");
        }
        if (!encoding.equals("UTF8")) {
            throw new DatabaseException(name + " has the encoding " + encoding + ", which cannot hold every text:"
                    + " make a database with ENCODING 'UTF8' TEMPLATE template0");
        }
        if (isReadOnly) {
            throw new DatabaseException(name + " is read-only: give the address of the primary if it is a standby,"
                    + " or else switch off default_transaction_read_only, and readOnly in the URL");
        }
        if (!hasReferences) {
            throw new DatabaseException(name + " does not enforce foreign keys: session_replication_role is replica,"
                    + " set it to origin");
        }
    }
}
