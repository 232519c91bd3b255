package dev.latchkey.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import dev.latchkey.testing.Together;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Deleting one's own account. */
@ParameterizedClass
@EnumSource(Engine.class)
final class AccountDeletionTest {
    private final Api api;
    private final DatabaseSettings database;
    private final String name = Api.newName();
    private final LogIn user;
    private final String userId;

    AccountDeletionTest(Engine engine) {
        ServerExtension server = ServerExtension.shared(engine);
        api = server.api();
        database = server.database();
        user = LogIn.ofNewUser(api, name);
        userId = user.read().body().at("/data/user_id").textValue();
    }

    /** Promise 19: a deleted user's tokens stop working. */
    @Test
    void leavesNothing() throws SQLException {
        LogIn elsewhere = LogIn.of(api, name, Api.PASSWORD).orElseThrow();
        LogIn stranger = LogIn.ofNewUser(api);
        api.create(user.accessToken(), "key", "value");
        api.create(stranger.accessToken(), "key", "value");

        assertThat(user.delete().status()).isEqualTo(200);

        for (LogIn gone : List.of(user, elsewhere)) {
            assertThat(gone.isAlive()).isFalse();
            assertThat(gone.delete().outcome()).isEqualTo("401 INVALID_TOKEN");
            assertThat(gone.export().outcome()).isEqualTo("401 INVALID_TOKEN");
            assertThat(api.read(gone.accessToken(), "key").outcome()).isEqualTo("401 INVALID_TOKEN");
            assertThat(api.create(gone.accessToken(), "new", "x").outcome()).isEqualTo("401 INVALID_TOKEN");
        }
        for (String table : List.of("users WHERE id", "entries WHERE user_id", "sessions WHERE user_id")) {
            assertThat(count(table)).as(table).isZero();
        }
        assertThat(LogIn.of(api, name, Api.PASSWORD)).isEmpty();
        assertThat(api.read(stranger.accessToken(), "key").status()).isEqualTo(200);
    }

    @Test
    void freesTheNameAndTheAddressForSomebodyNew() {
        api.create(user.accessToken(), "key", "value");
        user.delete();

        LogIn next = LogIn.ofNewUser(api, name);
        assertThat(next.read().body().at("/data/user_id").textValue()).isNotEqualTo(userId);
        assertThat(api.read(next.accessToken(), "key").outcome()).isEqualTo("404 KEY_NOT_FOUND");
        assertThat(user.isAlive()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"240, 200", "300, 403 REAUTHENTICATION_REQUIRED", "86400, 403 REAUTHENTICATION_REQUIRED"})
    void wantsThePasswordToHaveBeenGivenJustNow(int secondsAgo, String outcome) throws SQLException {
        execute("UPDATE sessions SET created_at = created_at - " + secondsAgo * 1000L + " WHERE user_id = ?");
        // However new the token is, it says when the password was given.
        LogIn refreshed = user.refreshed().orElseThrow();

        assertThat(refreshed.delete().outcome()).isEqualTo(outcome);

        assertThat(refreshed.read().outcome()).isEqualTo(outcome.equals("200") ? "401 INVALID_TOKEN" : "200");
        if (!outcome.equals("200")) {
            assertThat(LogIn.of(api, name, Api.PASSWORD).orElseThrow().delete().status())
                    .isEqualTo(200);
        }
    }

    /** Promise 19: there is no moment in which a session or an entry slips through. */
    @Test
    void leavesNothingOfWhatHappensMeanwhile() throws Exception {
        for (int i = 0; i < 8; i++) {
            String username = Api.newName();
            LogIn own = LogIn.ofNewUser(api, username);
            LogIn elsewhere = LogIn.of(api, username, Api.PASSWORD).orElseThrow();
            Callable<Optional<LogIn>> delete = () -> {
                assertThat(own.delete().status()).isEqualTo(200);
                return Optional.empty();
            };
            Callable<Optional<LogIn>> logIn = () -> LogIn.of(api, username, Api.PASSWORD);
            Callable<Optional<LogIn>> write = () -> {
                assertThat(api.create(elsewhere.accessToken(), "meanwhile", "x").outcome())
                        .isIn("201", "409 KEY_EXISTS", "401 INVALID_TOKEN");
                return Optional.empty();
            };
            List<Optional<LogIn>> others = Together.run(List.of(delete, logIn, write, write, elsewhere::refreshed));

            assertThat(elsewhere.isAlive()).isFalse();
            others.stream().flatMap(Optional::stream).forEach(other -> assertThat(other.isAlive())
                    .isFalse());
        }
    }

    /** As for a moment on another server than the one that deleted the user. */
    @Test
    void aTokenOfAUserWhoIsGoneFindsNothing() throws SQLException {
        api.create(user.accessToken(), "key", "value");
        execute("DELETE FROM users WHERE id = ?");

        String token = user.accessToken();
        assertThat(api.create(token, "key", "value").outcome()).isEqualTo("401 INVALID_TOKEN");
        assertThat(api.read(token, "key").outcome()).isEqualTo("404 KEY_NOT_FOUND");
        assertThat(api.update(token, "key", "other").outcome()).isEqualTo("401 INVALID_TOKEN");
        assertThat(api.delete(token, "key").outcome()).isEqualTo("401 INVALID_TOKEN");
        for (Api.Answer answer : List.of(
                user.read(),
                user.patch("{}"),
                user.changePassword(Api.PASSWORD, "another_password456"),
                user.export(),
                user.delete())) {
            assertThat(answer.outcome()).isEqualTo("401 INVALID_TOKEN");
        }
        assertThat(user.refreshed()).isEmpty();
    }

    private long count(String table) throws SQLException {
        try (Connection connection = Engine.connect(database);
                PreparedStatement statement = connection.prepareStatement("SELECT count(*) FROM " + table + " = ?")) {
            statement.setString(1, userId);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** With the user's id for the parameter. */
    private void execute(String sql) throws SQLException {
        try (Connection connection = Engine.connect(database)) {
            if (database.url().startsWith("jdbc:sqlite")) {
                connection.createStatement().execute("PRAGMA foreign_keys = true");
            }
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setString(1, userId);
                statement.executeUpdate();
            }
        }
    }
}
