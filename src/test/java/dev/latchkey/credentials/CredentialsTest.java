package dev.latchkey.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.Engine;
import dev.latchkey.TestDatabase;
import dev.latchkey.server.limits.Limit;
import dev.latchkey.server.limits.LimitSettings;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Promise 14: an attempt that could not be made costs nothing; one that failed, foreseen or not, does. */
@ParameterizedClass
@EnumSource(Engine.class)
final class CredentialsTest {
    private final TestDatabase database;
    private final ExecutorService hashing = Executors.newSingleThreadExecutor();
    private final Credentials credentials;

    CredentialsTest(Engine engine) {
        database = new TestDatabase(engine);
        database.addUser("alice");
        credentials = TestCredentials.of(
                database.database(),
                hashing,
                PasswordSettings.defaults(),
                new LimitSettings(Limit.parse("3/10m"), Limit.parse("6/10m"), null, null));
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
