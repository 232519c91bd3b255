package dev.latchkey.server.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Engine;
import dev.latchkey.testing.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SchemaHistoryIT {

    /** Otherwise every start would run Flyway, or one would take a store for complete that is not. */
    @ParameterizedTest
    @EnumSource
    void isThatOfAStoreThatFlywayMade(Engine engine) throws Exception {
        try (TestDatabase store = new TestDatabase(engine)) {
            assertThat(isComplete(store)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void isNotCompleteWithOneMoreOrOneLessOrAnotherMigration(Engine engine) throws Exception {
        for (String change : new String[] {
            "DELETE FROM flyway_schema_history WHERE version = '6'",
            "UPDATE flyway_schema_history SET checksum = 1 WHERE version = '3'",
            "UPDATE flyway_schema_history SET success = false WHERE version = '2'",
            "INSERT INTO flyway_schema_history SELECT installed_rank + 100, '1000', description, type, script, checksum,"
                    + " installed_by, installed_on, execution_time, success FROM flyway_schema_history WHERE version = '1'"
        }) {
            try (TestDatabase store = new TestDatabase(engine)) {
                store.database().write(handle -> handle.execute(change));

                assertThat(isComplete(store)).as(change).isFalse();
            }
        }
    }

    private static boolean isComplete(TestDatabase store) {
        return store.database().read(handle -> {
            try {
                return SchemaHistory.isComplete(handle.getConnection());
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
