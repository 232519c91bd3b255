package dev.latchkey.database;

import java.sql.SQLException;

/** A store as an older Latchkey left it. */
public final class OldStore {
    private OldStore() {}

    /** Makes the tables of this version of the schema in an empty database. */
    public static void make(DatabaseSettings settings, int version) {
        if (settings.isSqlite()) {
            DatabaseFile.open(settings.file(), "database.url");
        }
        try {
            Migrations.configuration(settings)
                    .initSql(settings.isSqlite() ? "PRAGMA journal_mode = WAL" : null)
                    .target(Integer.toString(version))
                    .load()
                    .migrate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
