package dev.latchkey.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.Engine;
import dev.latchkey.TestDatabase;
import dev.latchkey.problem.ErrorCode;
import dev.latchkey.problem.Problem;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
final class UsersTest {
    private final ExecutorService hashing = Executors.newSingleThreadExecutor();
    private final TestDatabase database;
    private final Users users;

    UsersTest(Engine engine) {
        database = new TestDatabase(engine);
        users = new Users(new UserStore(database.database()), hashing, Clock.systemUTC());
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

    private static Registration registration(String username, String password) {
        return new Registration(username, username + "@example.com", password, "Somebody", null, "female");
    }
}
