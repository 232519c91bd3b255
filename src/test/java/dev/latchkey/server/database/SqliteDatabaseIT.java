package dev.latchkey.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.testing.Engine;
import dev.latchkey.testing.TestDatabase;
import io.dropwizard.util.Duration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.Statement;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SqliteDatabaseIT {
    private final DatabaseSettings settings =
            new DatabaseSettings(Engine.SQLITE.newStore().url(), null, null, 2, 0, Duration.milliseconds(200), null);
    private final TestDatabase database = new TestDatabase(settings);
    private int attempts;

    @AfterEach
    void close() throws Exception {
        database.close();
    }

    @Test
    void syncsEveryCommitToALogBesideTheFile() {
        assertThat(pragma("journal_mode")).isEqualTo("wal");
        assertThat(pragma("synchronous")).as("FULL").isEqualTo("2");
        assertThat(pragma("foreign_keys")).isEqualTo("1");
    }

    @Test
    void readersCannotWrite() {
        String queryOnly = database.database().read(handle -> handle.createQuery("PRAGMA query_only")
                .mapTo(String.class)
                .one());
        assertThat(queryOnly).isEqualTo("1");
    }

    @Test
    void aReadThatLeavesATransactionOpenDoesNotHideLaterWrites() {
        assertThat(database.database().<Integer>read(handle -> {
                    handle.begin();
                    return users(handle);
                }))
                .isZero();
        database.addUser("alice");
        assertThat(users()).isEqualTo(1);
    }

    @Test
    void readsWaitForAConnectionForAsLongAsTheyMay() {
        assertThatThrownBy(() ->
                        database.database().read(first -> database.database().read(second -> users())))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("all connections are in use");
        assertThat(users()).isZero();
    }

    @Test
    void readsThatFailTakeNoConnectionFromOthers() {
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> database.database().read(handle -> handle.execute("SELECT nothing")))
                    .isInstanceOf(JdbiException.class);
        }
        assertThat(users()).isZero();
    }

    @Test
    void isUnavailableWhileAnotherProcessHoldsTheFileAndThenGoesOn() throws Exception {
        try (Connection other = Engine.connect(settings);
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            assertThat(problemOfAWrite()).isNotNull();
            assertThat(users()).as("readers do not wait for a writer").isZero();
            statement.execute("ROLLBACK");
        }
        database.addUser("alice");
        assertThat(users()).isEqualTo(1);
    }

    @Test
    void isUnavailableWhileTheDiskIsFullAndThenGoesOn() {
        String pages = pragma("page_count");
        database.database().write(handle -> handle.execute("PRAGMA max_page_count = " + pages));
        UnavailableException full = catchThrowableOfType(UnavailableException.class, () -> database.database()
                .write(handle -> handle.execute("CREATE TABLE large AS SELECT zeroblob(1000000) AS bytes")));
        assertThat(full).isNotNull();

        database.database().write(handle -> handle.execute("PRAGMA max_page_count = 4294967294"));
        database.addUser("alice");
        assertThat(users()).isEqualTo(1);
        assertThat(pragma("integrity_check")).isEqualTo("ok");
    }

    @Test
    void leavesNothingOfAWriteThatThrows() {
        assertThatThrownBy(() -> database.database().write(handle -> {
                    handle.execute("CREATE TABLE half_done (id INTEGER)");
                    throw new IllegalStateException("half way");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThatThrownBy(() -> database.database().write(handle -> handle.execute("DELETE FROM half_done")))
                .as("the table is not there, and a failure of the statement is no 503")
                .isInstanceOf(JdbiException.class);
    }

    @Test
    void acknowledgesNothingThatTheNextStartWouldNotFind() throws IOException {
        Path file = Path.of(settings.url().substring("jdbc:sqlite:".length()));
        Path elsewhere = file.resolveSibling("elsewhere");
        Files.move(file, elsewhere);
        assertThat(problemOfAWrite()).isNotNull();
        Files.copy(elsewhere, file);
        assertThat(problemOfAWrite()).as("another file of the same name").isNotNull();

        Files.move(elsewhere, file, StandardCopyOption.REPLACE_EXISTING);
        database.addUser("alice");
        assertThat(users()).isPositive();
    }

    private UnavailableException problemOfAWrite() {
        return catchThrowableOfType(UnavailableException.class, () -> database.addUser("user" + ++attempts));
    }

    private int users() {
        return database.database().read(SqliteDatabaseIT::users);
    }

    private static int users(Handle handle) {
        return handle.createQuery("SELECT count(*) FROM users").mapTo(int.class).one();
    }

    private String pragma(String name) {
        return database.database()
                .write(handle ->
                        handle.createQuery("PRAGMA " + name).mapTo(String.class).one());
    }
}
