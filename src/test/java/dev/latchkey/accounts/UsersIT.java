package dev.latchkey.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.credentials.Authentication;
import dev.latchkey.credentials.Credentials;
import dev.latchkey.credentials.PasswordSettings;
import dev.latchkey.credentials.TestCredentials;
import dev.latchkey.server.database.Database;
import dev.latchkey.server.database.UnavailableException;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import dev.latchkey.testing.CheapPasswords;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.TestDatabase;
import dev.latchkey.testing.TestMails;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;

@ParameterizedClass
@EnumSource(Engine.class)
final class UsersIT {
    /** Than {@link CheapPasswords}. */
    private static final PasswordSettings STRONGER = new PasswordSettings(1, 1, 16, 2);

    private final ExecutorService hashing = Executors.newSingleThreadExecutor();
    private final TestDatabase database;
    private final Users users;
    private final Credentials credentials;

    UsersIT(Engine engine) {
        database = new TestDatabase(engine);
        credentials = TestCredentials.of(database.database(), hashing, CheapPasswords.settings());
        users = usersWith(credentials);
    }

    @AfterEach
    void close() throws Exception {
        hashing.shutdown();
        database.close();
    }

    @Test
    void knowsAUserByNameAndPasswordOnly() {
        User alice = users.register(registration("alice", "correct horse"));
        User bob = users.register(registration("bob", "battery staple"));

        assertThat(alice.id()).isNotEqualTo(bob.id());
        assertThat(authenticate(credentials, "alice", "correct horse")).contains(new Authentication(alice.id(), 1));
        assertThat(authenticate(credentials, "ALICE", "correct horse")).contains(new Authentication(alice.id(), 1));
        assertThat(authenticate(credentials, "alice", "battery staple")).isEmpty();
        assertThat(authenticate(credentials, "alice@example.com", "correct horse"))
                .isEmpty();
        assertThat(authenticate(credentials, "nobody", "correct horse")).isEmpty();
        assertThat(authenticate(credentials, "nobody", "")).isEmpty();
    }

    /** Promise 12. */
    @Test
    void keepsNoPassword() {
        usersWith(TestCredentials.of(database.database(), hashing, PasswordSettings.defaults()))
                .register(registration("alice", "correct horse"));

        String row = database.database().read(handle -> handle.createQuery("SELECT * FROM users")
                .mapToMap()
                .one()
                .toString());
        assertThat(row).contains("$argon2id$v=19$m=19456,t=2,p=1$").doesNotContain("correct horse");
        assertThat(registration("alice", "correct horse").toString()).doesNotContain("correct horse");
    }

    @Test
    void leavesTheFirstOfTwoAlone() {
        users.register(registration("alice", "correct horse"));

        Problem problem =
                catchThrowableOfType(Problem.class, () -> users.register(registration("Alice", "battery staple")));

        assertThat(problem.code()).isEqualTo(ErrorCode.USERNAME_EXISTS);
        assertThat(authenticate(credentials, "alice", "correct horse")).isPresent();
        assertThat(authenticate(credentials, "alice", "battery staple")).isEmpty();
    }

    /** Promise 12. */
    @Test
    void hashesAnewWhenTheParametersHaveChanged() {
        User alice = users.register(registration("alice", "correct horse"));
        users.register(registration("bob", "battery staple"));
        String oldHash = hashOf("alice");
        Credentials stronger = TestCredentials.of(database.database(), hashing, STRONGER);

        assertThat(authenticate(stronger, "alice", "battery staple")).isEmpty();
        assertThat(hashOf("alice")).isEqualTo(oldHash);

        assertThat(authenticate(stronger, "alice", "correct horse")).contains(new Authentication(alice.id(), 1));
        String newHash = hashOf("alice");
        assertThat(newHash).startsWith("$argon2id$v=19$m=16,t=2,p=1$");
        assertThat(hashOf("bob")).startsWith("$argon2id$v=19$m=8,t=1,p=1$");

        assertThat(authenticate(stronger, "alice", "correct horse")).contains(new Authentication(alice.id(), 1));
        assertThat(authenticate(stronger, "alice", "battery staple")).isEmpty();
        assertThat(hashOf("alice")).isEqualTo(newHash);

        assertThat(authenticate(credentials, "alice", "correct horse")).contains(new Authentication(alice.id(), 1));
        assertThat(hashOf("alice")).startsWith("$argon2id$v=19$m=8,t=1,p=1$");
    }

    /** Promise 11 and Promise 12. */
    @Test
    void hashesAnewWhatWasHashedAsReceived() {
        User alice = users.register(registration("alice", "unused password"));
        String olderHash = new Argon2PasswordEncoder(16, 32, 1, 8, 1).encode("pa\u0308sswo\u0308rter");
        database.database().write(handle -> handle.execute("UPDATE users SET password_hash = ?", olderHash));

        assertThat(authenticate(credentials, "alice", "p\u00e4ssw\u00f6rter")).isEmpty();
        assertThat(hashOf("alice")).isEqualTo(olderHash);
        assertThat(authenticate(credentials, "alice", "pa\u0308sswo\u0308rter"))
                .contains(new Authentication(alice.id(), 1));
        String newHash = hashOf("alice");
        assertThat(newHash).isNotEqualTo(olderHash);
        for (String way : List.of("p\u00e4ssw\u00f6rter", "pa\u0308sswo\u0308rter", "p\u00e4sswo\u0308rter")) {
            assertThat(authenticate(credentials, "alice", way)).contains(new Authentication(alice.id(), 1));
        }
        assertThat(hashOf("alice")).isEqualTo(newHash);
    }

    /** Promise 12: whoever has the right password gets in, whether or not it can be hashed anew now. */
    @Test
    void logsInWhereItCannotHashAnew() {
        User alice = users.register(registration("alice", "correct horse"));
        String oldHash = hashOf("alice");
        // Takes one password and no more.
        ThreadPoolExecutor full = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>()) {
            @Override
            protected void beforeExecute(Thread thread, Runnable task) {
                shutdown();
            }
        };
        Database busy = new Database() {
            @Override
            public <T> T read(Function<Handle, T> query) {
                return database.database().read(query);
            }

            @Override
            public <T> T write(Function<Handle, T> change) {
                throw new UnavailableException(new SQLException("gone"));
            }
        };

        assertThat(authenticate(TestCredentials.of(database.database(), full, STRONGER), "alice", "correct horse"))
                .contains(new Authentication(alice.id(), 1));
        assertThat(authenticate(TestCredentials.of(busy, hashing, STRONGER), "alice", "correct horse"))
                .contains(new Authentication(alice.id(), 1));
        assertThat(hashOf("alice")).isEqualTo(oldHash);
    }

    private static Optional<Authentication> authenticate(Credentials credentials, String username, String password) {
        return credentials.authenticate(username, password, TestCredentials.client());
    }

    private Users usersWith(Credentials chosen) {
        return new Users(
                new UserStore(database.database(), TestMails.none()),
                new RegistrationStore(database.database(), TestMails.none()),
                chosen,
                TestMails.limits(),
                Clock.systemUTC());
    }

    private String hashOf(String username) {
        return database.database()
                .read(handle -> handle.createQuery("SELECT password_hash FROM users WHERE username_key = :name")
                        .bind("name", username)
                        .mapTo(String.class)
                        .one());
    }

    private static Registration registration(String username, String password) {
        return new Registration(username, username + "@example.com", password, "Somebody", null, "female", null);
    }
}
