package dev.latchkey.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.testing.Engine;
import dev.latchkey.testing.TestDatabase;
import io.dropwizard.util.Duration;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class PostgresDatabaseIT {
    private static final String QUERY = "SELECT 1";

    @Test
    @Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aDatabaseThatFallsSilentIsUnavailable() throws Exception {
        try (Network network = new Network(Engine.POSTGRES.newDatabase());
                TestDatabase database = new TestDatabase(network.settings(Duration.seconds(1)))) {
            assertThat(select(database)).isEqualTo(1);

            network.swallowEverything();
            UnavailableException problem = catchThrowableOfType(UnavailableException.class, () -> select(database));
            assertThat(problem).isNotNull();

            network.carryAgain();
            assertThat(select(database)).isEqualTo(1);
        }
    }

    @Test
    void leavesOutTheCollationWhereTheServerSaysThatItIsCockroach() throws Exception {
        DatabaseSettings settings = Engine.POSTGRES.newDatabase();
        try (Connection connection = Engine.connect(settings);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA pretence");
            statement.execute("CREATE FUNCTION pretence.version() RETURNS text LANGUAGE sql AS"
                    + " $$ SELECT 'CockroachDB CCL v25.4.0' $$");
            statement.execute(
                    "ALTER DATABASE " + connection.getCatalog() + " SET search_path = public, pretence, pg_catalog");
        }
        assertThat(PostgresServer.ask(new PostgresConnections(settings, "test")).textType())
                .isEqualTo("TEXT");
    }

    @Test
    void aStoreThatIsOutOfReachIsNoUnforeseenFailure() {
        DatabaseSettings nowhere =
                new DatabaseSettings("jdbc:postgresql://127.0.0.1:0/latchkey", "latchkey", "hush", 1, 0, null, null);
        assertThatThrownBy(() -> Databases.requireStore(nowhere))
                .isInstanceOf(DatabaseException.class)
                .hasMessageStartingWith("the store jdbc:postgresql://127.0.0.1:0/latchkey cannot be opened: ");
    }

    @Test
    void comparesTextByteByByte() throws Exception {
        assertThat(collations(Engine.POSTGRES.newDatabase())).containsOnly("C");
    }

    private static List<String> collations(DatabaseSettings settings) throws Exception {
        try (TestDatabase database = new TestDatabase(settings)) {
            return database.database()
                    .read(handle -> handle.createQuery("""
                    SELECT collname FROM pg_attribute JOIN pg_collation ON pg_collation.oid = attcollation
                    WHERE attrelid = 'entries'::regclass
                    """).mapTo(String.class).list());
        }
    }

    private static int select(TestDatabase database) {
        return database.database()
                .read(handle -> handle.createQuery(QUERY).mapTo(int.class).one());
    }
}
