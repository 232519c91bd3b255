package dev.latchkey.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.server.database.Database;
import dev.latchkey.server.database.UnavailableException;
import dev.latchkey.server.limits.Limit;
import dev.latchkey.server.limits.LimitSettings;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import dev.latchkey.testing.CheapPasswords;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Promise 14: an attempt that could not be made costs nothing; one that failed, foreseen or not, does. */
@ParameterizedClass
@EnumSource(Engine.class)
final class CredentialsTest {
    private static final LimitSettings LIMITS =
            new LimitSettings(Limit.parse("3/10m"), Limit.parse("6/10m"), null, null, null, null, null, null, null);

    private final TestDatabase database;
    private final ExecutorService hashing = Executors.newSingleThreadExecutor();
    private final Credentials credentials;

    CredentialsTest(Engine engine) {
        database = new TestDatabase(engine);
        database.addUser("alice");
        credentials = TestCredentials.of(database.database(), hashing, CheapPasswords.settings(), LIMITS);
    }

    @AfterEach
    void close() throws Exception {
        hashing.shutdownNow();
        database.close();
    }

    private ErrorCode code(ThrowingCallable attempt) {
        try {
            attempt.call();
            return null;
        } catch (Problem problem) {
            return problem.code();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatCouldNotBeTriedCostsNothing(boolean isLoggedIn) {
        ThrowingCallable attempt = isLoggedIn
                ? () -> credentials.confirm("alice", "wrong", TestCredentials.client())
                : () -> credentials.authenticate("alice", "wrong", TestCredentials.client());
        // It takes no more work, as one whose queue is full.
        hashing.shutdown();
        for (int i = 0; i < 20; i++) {
            assertThat(code(attempt)).isEqualTo(ErrorCode.UNAVAILABLE);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatSucceededCostsNothing(boolean isLoggedIn) {
        new CredentialStore(database.database()).replaceHash("alice", "", credentials.hash("right"));
        for (int i = 0; i < 20; i++) {
            assertThat(
                            isLoggedIn
                                    ? credentials.confirm("alice", "right", TestCredentials.client())
                                    : credentials.authenticate("alice", "right", TestCredentials.client()))
                    .isPresent();
        }
    }

    @Test
    void whatFailedForTheDatabaseCostsNothingAndGivesNothing() {
        AtomicBoolean isGone = new AtomicBoolean();
        Credentials credentials = TestCredentials.of(
                new Switched(database.database(), isGone), hashing, CheapPasswords.settings(), LIMITS);
        for (int i = 0; i < 3; i++) {
            assertThat(code(() -> credentials.authenticate("alice", "wrong", TestCredentials.client())))
                    .isNull();
        }
        isGone.set(true);
        for (int i = 0; i < 20; i++) {
            // Alice has no attempt left, so that it is asked whether she is known at this address; bob has.
            for (String name : List.of("alice", "bob")) {
                assertThatThrownBy(() -> credentials.authenticate(name, "wrong", TestCredentials.client()))
                        .isInstanceOf(UnavailableException.class);
            }
        }
        isGone.set(false);
        for (int i = 0; i < 3; i++) {
            assertThat(code(() -> credentials.authenticate("bob", "wrong", TestCredentials.client())))
                    .isNull();
        }
        assertThat(code(() -> credentials.authenticate("bob", "wrong", TestCredentials.client())))
                .isEqualTo(ErrorCode.TOO_MANY_REQUESTS);
    }

    /** A database that is out of reach while it is told to be. */
    private record Switched(Database database, AtomicBoolean isGone) implements Database {

        @Override
        public <T> T read(Function<Handle, T> query) {
            if (isGone.get()) {
                throw new UnavailableException(new SQLException("gone"));
            }
            return database.read(query);
        }

        @Override
        public <T> T write(Function<Handle, T> change) {
            return database.write(change);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatFailedCosts(boolean isLoggedIn) {
        ThrowingCallable attempt = isLoggedIn
                ? () -> credentials.confirm("alice", "wrong", TestCredentials.client())
                : () -> credentials.authenticate("alice", "wrong", TestCredentials.client());
        for (int i = 0; i < 3; i++) {
            assertThat(code(attempt)).isNull();
        }
        assertThat(code(attempt)).isEqualTo(ErrorCode.TOO_MANY_REQUESTS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatFailedUnforeseenCosts(boolean isLoggedIn) {
        for (int i = 0; i < 3; i++) {
            ThrowingCallable attempt = isLoggedIn
                    ? () -> credentials.confirm("alice", null, TestCredentials.client())
                    : () -> credentials.authenticate("alice", null, TestCredentials.client());
            assertThatThrownBy(attempt).isInstanceOf(IllegalStateException.class);
        }
        assertThat(code(() -> credentials.authenticate("alice", "wrong", TestCredentials.client())))
                .isEqualTo(ErrorCode.TOO_MANY_REQUESTS);
    }
}
