package dev.latchkey.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.Engine;
import dev.latchkey.TestDatabase;
import dev.latchkey.database.Database;
import dev.latchkey.problem.ErrorCode;
import dev.latchkey.problem.Problem;
import java.time.Clock;
import java.util.List;
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
final class UsersTest {
    private final ExecutorService hashing = Executors.newSingleThreadExecutor();
    private final TestDatabase database;
    private final Users users;

    UsersTest(Engine engine) {
        database = new TestDatabase(engine);
        users = new Users(new UserStore(database.database()), hashing, PasswordSettings.defaults(), Clock.systemUTC());
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
        assertThat(users.authenticate("alice", "correct horse")).contains(new Users.Authentication(alice.id(), 1));
        assertThat(users.authenticate("ALICE", "correct horse")).contains(new Users.Authentication(alice.id(), 1));
        assertThat(users.authenticate("alice", "battery staple")).isEmpty();
        assertThat(users.authenticate("alice@example.com", "correct horse")).isEmpty();
        assertThat(users.authenticate("nobody", "correct horse")).isEmpty();
        assertThat(users.authenticate("nobody", "")).isEmpty();
    }

    /** Promise 12. */
    @Test
    void keepsNoPassword() {
        users.register(registration("alice", "correct horse"));

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
        assertThat(users.authenticate("alice", "correct horse")).isPresent();
        assertThat(users.authenticate("alice", "battery staple")).isEmpty();
    }

    /** Promise 12. */
    @Test
    void hashesAnewWhenTheParametersHaveChanged() {
        User alice = users.register(registration("alice", "correct horse"));
        users.register(registration("bob", "battery staple"));
        String oldHash = hashOf("alice");
        Users stronger = usersWith(hashing, database.database());

        assertThat(stronger.authenticate("alice", "battery staple")).isEmpty();
        assertThat(hashOf("alice")).isEqualTo(oldHash);

        assertThat(stronger.authenticate("alice", "correct horse")).contains(new Users.Authentication(alice.id(), 1));
        String newHash = hashOf("alice");
        assertThat(newHash).startsWith("$argon2id$v=19$m=20480,t=3,p=1$");
        assertThat(hashOf("bob")).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");

        assertThat(stronger.authenticate("alice", "correct horse")).contains(new Users.Authentication(alice.id(), 1));
        assertThat(stronger.authenticate("alice", "battery staple")).isEmpty();
        assertThat(hashOf("alice")).isEqualTo(newHash);

        assertThat(users.authenticate("alice", "correct horse")).contains(new Users.Authentication(alice.id(), 1));
        assertThat(hashOf("alice")).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
    }

    /** Promise 11 and Promise 12. */
    @Test
    void hashesAnewWhatWasHashedAsReceived() {
        User alice = users.register(registration("alice", "unused password"));
        String olderHash = new Argon2PasswordEncoder(16, 32, 1, 19 << 10, 2).encode("pa\u0308sswo\u0308rter");
        database.database().write(handle -> handle.execute("UPDATE users SET password_hash = ?", olderHash));

        assertThat(users.authenticate("alice", "p\u00e4ssw\u00f6rter")).isEmpty();
        assertThat(hashOf("alice")).isEqualTo(olderHash);
        assertThat(users.authenticate("alice", "pa\u0308sswo\u0308rter"))
                .contains(new Users.Authentication(alice.id(), 1));
        String newHash = hashOf("alice");
        assertThat(newHash).isNotEqualTo(olderHash);
        for (String way : List.of("p\u00e4ssw\u00f6rter", "pa\u0308sswo\u0308rter", "p\u00e4sswo\u0308rter")) {
            assertThat(users.authenticate("alice", way)).contains(new Users.Authentication(alice.id(), 1));
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
                throw Problem.unavailable(null);
            }
        };

        assertThat(usersWith(full, database.database()).authenticate("alice", "correct horse"))
                .contains(new Users.Authentication(alice.id(), 1));
        assertThat(usersWith(hashing, busy).authenticate("alice", "correct horse"))
                .contains(new Users.Authentication(alice.id(), 1));
        assertThat(hashOf("alice")).isEqualTo(oldHash);
    }

    private static Users usersWith(ExecutorService hashing, Database database) {
        PasswordSettings stronger = new PasswordSettings(1, 1, 20 << 10, 3);
        return new Users(new UserStore(database), hashing, stronger, Clock.systemUTC());
    }

    private String hashOf(String username) {
        return new UserStore(database.database())
                .findCredentials(username)
                .orElseThrow()
                .passwordHash();
    }

    private static Registration registration(String username, String password) {
        return new Registration(username, username + "@example.com", password, "Somebody", null, "female");
    }
}
