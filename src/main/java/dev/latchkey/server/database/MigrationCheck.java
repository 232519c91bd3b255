package dev.latchkey.server.database;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.flywaydb.core.api.output.ValidateOutput;

/** Checks which migrations a store went through, without running any, and says what is wrong with them. */
final class MigrationCheck {
    private MigrationCheck() {}

    /**
     * Checks that {@code settings} point to a store that this Latchkey made or can bring up to date, and changes nothing.
     *
     * @param name the name of the store for the message
     * @param upToDate whether it must have the newest schema
     */
    static void require(DatabaseSettings settings, String name, boolean upToDate) throws SQLException {
        Flyway migrations = FlywayConfiguration.of(settings)
                .ignoreMigrationPatterns("*:pending")
                .load();
        try {
            MigrationInfoService found = migrations.info();
            if (found.applied().length == 0) {
                throw new DatabaseException(name + " is not a Latchkey store");
            }
            migrations.validate();
            if (upToDate && found.pending().length > 0) {
                throw new DatabaseException(name + " was made by an older Latchkey: start the server on it once");
            }
        } catch (FlywayValidateException e) {
            throw invalid(migrations, name, e);
        }
    }

    /** As {@link #require}, but a database that has no store yet is good as well. */
    static void requireUsable(DatabaseSettings settings, String name) throws SQLException {
        if (FlywayConfiguration.of(settings).load().info().applied().length > 0) {
            require(settings, name, false);
        }
    }

    /** Says which migrations differ, and what to do. */
    static DatabaseException invalid(Flyway migrations, String name, FlywayValidateException cause) {
        List<ValidateOutput> invalid = migrations.validateWithResult().invalidMigrations;
        MigrationVersion newest = newest(migrations);
        String found = invalid.stream().allMatch(migration -> isAfter(newest, migration))
                ? " was made by a newer Latchkey: it is at version "
                        + migrations.info().current().getVersion() + ", and this Latchkey knows none after " + newest
                : " was made by another Latchkey, or changed by other means: "
                        + invalid.stream().map(MigrationCheck::explanation).collect(Collectors.joining(", "));
        return new DatabaseException(name + found + "; start the Latchkey that made it, or restore a backup", cause);
    }

    private static MigrationVersion newest(Flyway migrations) {
        return Arrays.stream(migrations.info().all())
                .filter(migration -> migration.getState().isResolved())
                .map(MigrationInfo::getVersion)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static boolean isAfter(MigrationVersion newest, ValidateOutput migration) {
        return MigrationVersion.fromVersion(migration.version).compareTo(newest) > 0;
    }

    private static String explanation(ValidateOutput migration) {
        String which = "migration " + migration.version + " (" + migration.description + ") ";
        if (!(migration.errorDetails.errorCode instanceof CoreErrorCode code)) {
            return which + "is wrong";
        }
        return which
                + switch (code) {
                    case FAILED_VERSIONED_MIGRATION -> "failed half way";
                    case APPLIED_VERSIONED_MIGRATION_NOT_RESOLVED -> "is unknown here";
                    case RESOLVED_VERSIONED_MIGRATION_NOT_APPLIED -> "is missing there";
                    default -> "differs from the one here";
                };
    }
}
