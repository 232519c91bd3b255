package dev.latchkey.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.data.DataRoom;
import dev.latchkey.data.DataSettings;
import dev.latchkey.server.http.Metrics;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import dev.latchkey.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An account is deleted while its user writes: one waits for the other, and never both. */
@Timeout(60)
final class DeletionAndWritesIT {
    @RegisterExtension
    // However slow the machine: what waits must not be ended before the test has seen it wait.
    static final ServerExtension SERVER = new ServerExtension(Engine.POSTGRES, "database.maxWait", "60s");

    private final Api api = SERVER.api();
    private final LogIn user = LogIn.ofNewUser(api);
    private final String userId = user.read().body().at("/data/user_id").textValue();
    private final long retries = retries();
    private Connection outside;

    private enum Write {
        FIRST("POST", "", "{\"key\":\"new\",\"value\":\"x\"}", false),
        CREATE("POST", "", "{\"key\":\"new\",\"value\":\"x\"}", true),
        UPSERT("PUT", "/new?upsert=true", "{\"value\":\"x\"}", true),
        UPDATE("PUT", "/key", "{\"value\":\"x\"}", true),
        EXPIRE("PATCH", "/key", "{\"expires_in\":60}", true),
        DELETE("DELETE", "/key", null, true),
        BATCH("POST", "/batch", "{\"operations\":[{\"op\":\"put\",\"key\":\"new\",\"value\":\"x\"}]}", true);

        private final String method;
        private final String path;
        private final String body;
        private final boolean hasData;

        Write(String method, String path, String body, boolean hasData) {
            this.method = method;
            this.path = path;
            this.body = body;
            this.hasData = hasData;
        }
    }

    @BeforeEach
    void connect() throws SQLException {
        outside = Engine.connect(SERVER.database());
        outside.setAutoCommit(false);
    }

    @AfterEach
    void close() throws SQLException {
        outside.close();
    }

    @ParameterizedTest
    @EnumSource
    void aDeletionWaitsForTheWriteBeforeIt(Write write) throws SQLException {
        addData(write.hasData);
        // The write has then locked what it locks first.
        hold("entries");
        CompletableFuture<Api.Answer> writing = begin(() -> send(write));
        awaitWaiting(1);
        CompletableFuture<Api.Answer> deleting = begin(user::delete);
        awaitWaiting(2);
        outside.rollback();

        assertThat(writing.join().status()).isIn(200, 201);
        assertThat(deleting.join().status()).isEqualTo(200);
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @EnumSource
    void aWriteWaitsForTheDeletionBeforeIt(Write write) throws SQLException {
        addData(write.hasData);
        // The last table from which the deletion deletes.
        hold("registrations");
        CompletableFuture<Api.Answer> deleting = begin(user::delete);
        awaitWaiting(1);
        CompletableFuture<Api.Answer> writing = begin(() -> send(write));
        awaitWaiting(2);
        outside.rollback();

        assertThat(deleting.join().status()).isEqualTo(200);
        assertThat(writing.join().outcome()).isEqualTo("401 INVALID_TOKEN");
        assertNothingIsLeft();
    }

    /** As the command does, which is another process. */
    @Test
    void aQuotaOfSomebodyWhoIsJustDeletedIsOfNobody() throws Exception {
        try (TestDatabase database = new TestDatabase(SERVER.database())) {
            DataRoom data = new DataRoom(database.database(), DataSettings.defaults(), Clock.systemUTC());
            hold("registrations");
            CompletableFuture<Api.Answer> deleting = begin(user::delete);
            awaitWaiting(1);
            CompletableFuture<Boolean> setting =
                    CompletableFuture.supplyAsync(() -> data.quotas().setMaxEntries(userId, 1L));
            awaitWaiting(2);
            outside.rollback();

            assertThat(deleting.join().status()).isEqualTo(200);
            assertThat(setting.join()).isFalse();
            assertThat(data.quotas().setMaxBytes(userId, 1L)).isFalse();
            assertNothingIsLeft();
        }
    }

    private void addData(boolean hasData) {
        if (hasData) {
            assertThat(api.create(user.accessToken(), "key", "value").status()).isEqualTo(201);
        }
    }

    private Api.Answer send(Write write) {
        return api.as(user.accessToken(), write.method, "/api/data" + write.path, write.body);
    }

    private static CompletableFuture<Api.Answer> begin(Supplier<Api.Answer> call) {
        return CompletableFuture.supplyAsync(call);
    }

    /** Nobody changes the table until this connection rolls back. */
    private void hold(String table) throws SQLException {
        try (Statement statement = outside.createStatement()) {
            statement.execute("LOCK TABLE " + table + " IN SHARE MODE");
        }
    }

    /** Until so many transactions wait for a lock. */
    private void awaitWaiting(int count) throws SQLException {
        Await.until(() -> number(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
                >= count);
    }

    /** And PostgreSQL had no deadlock to end. */
    private void assertNothingIsLeft() throws SQLException {
        assertThat(retries()).isEqualTo(retries);
        for (String table : new String[] {"users WHERE id", "user_data WHERE user_id", "entries WHERE user_id"}) {
            assertThat(number("SELECT count(*) FROM " + table + " = '" + userId + "'"))
                    .as(table)
                    .isZero();
        }
    }

    private static long retries() {
        return Metrics.meter(SERVER, "database.retries");
    }

    /** On a connection of its own, because a transaction sees the activity of when it first asked. */
    private static long number(String sql) throws SQLException {
        try (Connection connection = Engine.connect(SERVER.database());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
