package dev.latchkey.server.database;

import dev.latchkey.server.names.CanonicalEmail;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives every e-mail address its current {@link CanonicalEmail}, in which the domain is in ASCII.
 *
 * <p>Several accounts may turn out to share one mailbox. All of them stay: one gets the canonical form, and each other one the form that
 * {@link CanonicalEmail#aside} makes unique by the user id.
 */
final class MailboxMigration implements JavaMigration {
    private static final Logger LOG = LoggerFactory.getLogger(MailboxMigration.class);
    private static final int BATCH = 1_000;
    private static final int MAX_NAMED = 1_000;

    private record Row(String id, String email, String key) {

        String form() {
            return CanonicalEmail.of(email);
        }

        String aside() {
            return CanonicalEmail.aside(form(), id);
        }
    }

    @FunctionalInterface
    private interface Work {
        void accept(Row row) throws SQLException;
    }

    @Override
    public MigrationVersion getVersion() {
        return MigrationVersion.fromVersion("4");
    }

    @Override
    public String getDescription() {
        return "domains in ascii";
    }

    /** No checksum: a change of this class must not invalidate stores that it has migrated. */
    @Override
    public Integer getChecksum() {
        return null;
    }

    @Override
    public boolean canExecuteInTransaction() {
        return true;
    }

    @Override
    public void migrate(Context context) throws SQLException {
        Connection connection = context.getConnection();
        // First make all changed ones unique: the old form of one account may be the new form of another.
        forEach(connection, row -> {
            if (!row.key().equals(row.form())) {
                replace(connection, row, row.aside());
            }
        });
        SharedMailboxes shared = new SharedMailboxes();
        forEach(connection, row -> {
            if (row.key().equals(row.aside())) {
                String holder = holder(connection, row.form());
                if (holder == null) {
                    replace(connection, row, row.form());
                } else {
                    shared.add(holder, row.id());
                }
            }
        });
        shared.warn();
    }

    /** The accounts that the operator is told of; names only the first of very many, and counts the rest. */
    private static final class SharedMailboxes {
        private final List<String> named = new ArrayList<>();
        private int count;

        void add(String holder, String other) {
            if (count++ < MAX_NAMED) {
                named.add(holder + " and " + other);
            }
        }

        void warn() {
            if (count > 0) {
                LOG.warn(
                        "Some users share a mailbox, whose domain they have spelled in two ways. Their accounts stay as they are:"
                                + " users {}{}",
                        String.join(", ", named),
                        count > MAX_NAMED ? ", and " + (count - MAX_NAMED) + " more" : "");
            }
        }
    }

    private static void forEach(Connection connection, Work work) throws SQLException {
        List<Row> rows = read(connection, "");
        while (!rows.isEmpty()) {
            for (Row row : rows) {
                work.accept(row);
            }
            rows = read(connection, rows.get(rows.size() - 1).id());
        }
    }

    private static List<Row> read(Connection connection, String after) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT id, email, email_key FROM users WHERE id > ? ORDER BY id LIMIT " + BATCH)) {
            query.setString(1, after);
            try (ResultSet found = query.executeQuery()) {
                List<Row> rows = new ArrayList<>();
                while (found.next()) {
                    rows.add(new Row(found.getString(1), found.getString(2), found.getString(3)));
                }
                return rows;
            }
        }
    }

    /** The id of the user whose address has this form, or null. */
    private static String holder(Connection connection, String key) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT id FROM users WHERE email_key = ?")) {
            query.setString(1, key);
            try (ResultSet found = query.executeQuery()) {
                return found.next() ? found.getString(1) : null;
            }
        }
    }

    /** Does nothing if an older server has just changed the address. */
    private static void replace(Connection connection, Row row, String key) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE users SET email_key = ? WHERE id = ? AND email = ?")) {
            update.setString(1, key);
            update.setString(2, row.id());
            update.setString(3, row.email());
            update.executeUpdate();
        }
    }
}
