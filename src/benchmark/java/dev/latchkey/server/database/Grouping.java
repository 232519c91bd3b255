package dev.latchkey.server.database;

import io.dropwizard.core.setup.Environment;

/** Whether writes that wait at the same time share a commit. */
public enum Grouping {
    /** As Latchkey does. */
    GROUPS {
        @Override
        public Database open(DatabaseSettings settings, Environment environment) {
            return Databases.open(settings, environment);
        }
    },

    /** A commit for each; PostgreSQL makes its own groups, whatever we do. */
    ONES {
        @Override
        public Database open(DatabaseSettings settings, Environment environment) {
            return settings.url().startsWith("jdbc:sqlite:")
                    ? SqliteDatabase.open(settings, environment, 1)
                    : Databases.open(settings, environment);
        }
    };

    public abstract Database open(DatabaseSettings settings, Environment environment);
}
