package dev.latchkey.server.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * What Flyway has noted of the migrations that a store went through. It is read here without Flyway, which takes a good part of a start
 * to find that there is nothing to do.
 */
final class SchemaHistory {
    /** Flyway's table of the migrations that it has run. */
    static final String TABLE = "flyway_schema_history";

    /**
     * A row of Flyway's table.
     *
     * @param checksum of the lines of a script; null for a migration in Java
     */
    record Migration(
            String version, String description, String type, String script, Integer checksum, boolean isSuccess) {}

    /** The rows of a store that is up to date. A migration never changes once it is released. */
    static final List<Migration> COMPLETE = List.of(
            script("1", "users entries signing keys", "V1__users_entries_signing_keys.sql", -2115068401),
            script("2", "sessions and key rotation", "V2__sessions_and_key_rotation.sql", -1945905161),
            script("3", "login addresses", "V3__login_addresses.sql", -49242175),
            new Migration("4", "domains in ascii", "JDBC", MailboxMigration.class.getName(), null, true),
            script("5", "revisions expiry and idempotency", "V5__revisions_expiry_and_idempotency.sql", -1920203589),
            script("6", "mail", "V6__mail.sql", 897644392),
            script("7", "changes", "V7__changes.sql", 30909562));

    private SchemaHistory() {}

    private static Migration script(String version, String description, String file, int checksum) {
        return new Migration(version, description, "SQL", file, checksum, true);
    }

    /** Whether the store went through exactly the migrations of this Latchkey. */
    static boolean isComplete(Connection store) throws SQLException {
        return read(store).equals(COMPLETE);
    }

    private static List<Migration> read(Connection store) throws SQLException {
        List<Migration> found = new ArrayList<>();
        try (Statement statement = store.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT version, description, type, script, checksum, success FROM "
                                + TABLE + " ORDER BY installed_rank")) {
            while (row.next()) {
                int checksum = row.getInt("checksum");
                boolean hasChecksum = !row.wasNull();
                found.add(new Migration(
                        row.getString("version"),
                        row.getString("description"),
                        row.getString("type"),
                        row.getString("script"),
                        hasChecksum ? checksum : null,
                        row.getBoolean("success")));
            }
        }
        return found;
    }
}
