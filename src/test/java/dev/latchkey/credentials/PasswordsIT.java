package dev.latchkey.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import dev.latchkey.testing.CheapPasswords;
import java.lang.management.ManagementFactory;
import java.text.Normalizer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;

final class PasswordsIT {
    private static final long ARGON2_MEMORY = 19 << 20;

    /** A test vector of the reference implementation, github.com/P-H-C/phc-winner-argon2, {@code src/test.c}. */
    private static final String REFERENCE_HASH =
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

    private final ThreadPoolExecutor pool =
            new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(1));
    private final Passwords passwords = new Passwords(pool, PasswordSettings.defaults());

    @AfterEach
    void stop() {
        pool.shutdownNow();
    }

    /** Promise 12. */
    @Test
    void storesTheParametersAndANewSaltWithEachHash() {
        String hash = passwords.hash("secure_password123");
        String another = passwords.hash("secure_password123");

        assertThat(hash).matches("\\$argon2id\\$v=19\\$m=19456,t=2,p=1\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}");
        assertThat(hash.split("\\$")[4]).isNotEqualTo(another.split("\\$")[4]);
        assertThat(passwords.matches("secure_password123", hash)).isTrue();
        assertThat(passwords.matches("secure_password123", another)).isTrue();
        assertThat(passwords.matches("secure_password124", hash)).isFalse();
        assertThat(passwords.matches("", hash)).isFalse();
    }

    @Test
    void agreesWithTheReferenceImplementation() {
        assertThat(passwords.matches("password", REFERENCE_HASH)).isTrue();
        assertThat(passwords.matches("Password", REFERENCE_HASH)).isFalse();
    }

    /** Promise 15: the same work, once, with the configured parameters. */
    @Test
    void nobodysPasswordTakesTheSameWork() {
        for (int memory : new int[] {19 << 10, 32 << 10}) {
            // Passes over the memory take time, and no more of it.
            Passwords passwords = new Passwords(pool, new PasswordSettings(1, 1, memory, 1));
            String hash = passwords.hash("secure_password123");
            Work forSomebody = workOf(() ->
                    assertThat(passwords.matches("another_password", hash)).isFalse());
            Work forNobody = workOf(() ->
                    assertThat(passwords.matches("another_password", null)).isFalse());

            assertThat(forSomebody.tasks()).isEqualTo(1);
            assertThat(forNobody.tasks()).isEqualTo(1);
            assertThat(forSomebody.bytes()).isBetween(memory * 1024L, memory * 1024L + ARGON2_MEMORY / 2);
            assertThat(forNobody.bytes()).isBetween(memory * 1024L, memory * 1024L + ARGON2_MEMORY / 2);
            assertThat(passwords.matches("", null)).isFalse();
        }
    }

    /** Promise 11: passwords were once hashed as they were received. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "pa\u0308ssword and more",
                "A\u030angstr\u00f6m unit",
                "\u212bngstr\u00f6m unit",
                "correct\u00a0horse",
                "correct\u3000horse",
                "\u0958\u0932\u092e \u0926\u0935\u093e\u0924",
                "a\u0301\u0323 bien long"
            })
    void anOlderHashStillMatchesWhatItWasMadeOf(String password) {
        PasswordSettings cheap = CheapPasswords.settings();
        Passwords passwords = new Passwords(pool, cheap);
        String olderHash = new Argon2PasswordEncoder(16, 32, 1, cheap.memory(), cheap.passes()).encode(password);
        String form = PasswordForm.of(password);
        assertThat(form).isNotEqualTo(password);

        assertThat(passwords.check(password, olderHash)).isEqualTo(Passwords.Outcome.RIGHT_BUT_OUTDATED);
        assertThat(passwords.check(form, olderHash)).isEqualTo(Passwords.Outcome.WRONG);
        assertThat(passwords.check(password, passwords.hash(password))).isEqualTo(Passwords.Outcome.RIGHT);
        assertThat(passwords.check(password, passwords.hash(form))).isEqualTo(Passwords.Outcome.RIGHT);
    }

    /** Promise 15, where a password may have been hashed in two forms. */
    @Test
    void nobodysPasswordInAnotherFormTakesTheSameWork() {
        String hash = passwords.hash("secure_password123");
        Work forSomebody = workOf(() ->
                assertThat(passwords.matches("another pa\u0308ssword", hash)).isFalse());
        Work forNobody = workOf(() ->
                assertThat(passwords.matches("another pa\u0308ssword", null)).isFalse());

        assertThat(forSomebody.tasks()).isEqualTo(1);
        assertThat(forNobody.tasks()).isEqualTo(1);
        assertThat(forSomebody.bytes()).isBetween(2 * ARGON2_MEMORY, 3 * ARGON2_MEMORY);
        assertThat(forNobody.bytes()).isBetween(2 * ARGON2_MEMORY, 3 * ARGON2_MEMORY);
    }

    /** Sorting tens of thousands of marks would take seconds. */
    @Test
    void nobodysPasswordIsNotBroughtIntoForm() {
        String endless = "\u0301".repeat(16_000) + "\u0323".repeat(16_000);
        assertThat(PasswordForm.of(endless)).isSameAs(endless);
        // No more than 256 characters, whose decomposed form is longer.
        String longest = Normalizer.normalize("\u1ed9".repeat(256), Normalizer.Form.NFD);
        assertThat(PasswordForm.of(longest)).isEqualTo("\u1ed9".repeat(256));
    }

    /** Promise 12: "changed" is stronger as well as weaker. */
    @Test
    void knowsWhichHashesHaveOtherParameters() {
        PasswordSettings stronger = new PasswordSettings(1, 1, 20 << 10, 3);
        String hash = passwords.hash("secure_password123");
        String strongerHash = new Passwords(pool, stronger).hash("secure_password123");

        assertThat(strongerHash).startsWith("$argon2id$v=19$m=20480,t=3,p=1$");
        assertThat(passwords.matches("secure_password123", strongerHash)).isTrue();
        assertThat(passwords.needsRehash(hash)).isFalse();
        assertThat(passwords.needsRehash(strongerHash)).isTrue();
        assertThat(new Passwords(pool, stronger).needsRehash(hash)).isTrue();
        assertThat(new Passwords(pool, stronger).needsRehash(strongerHash)).isFalse();
        assertThat(passwords.needsRehash(hash.replace("argon2id", "argon2i"))).isTrue();
    }

    /** What the pool did; of bytes, Argon2 takes far more than anything else does. */
    private record Work(long tasks, long bytes) {}

    private Work workOf(Runnable work) {
        long bytes = allocatedByPool();
        long tasks = pool.getTaskCount();
        work.run();
        tasks = pool.getTaskCount() - tasks;
        return new Work(tasks, allocatedByPool() - bytes);
    }

    private long allocatedByPool() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return CompletableFuture.supplyAsync(threads::getCurrentThreadAllocatedBytes, pool)
                .join();
    }

    /** A start or a command that needs no password must not wait for one to be hashed. */
    @Test
    void hashNothingUntilAsked() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Work ofPool = workOf(() -> {
            long before = threads.getCurrentThreadAllocatedBytes();
            new Passwords(pool, PasswordSettings.defaults());
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(ARGON2_MEMORY / 2);
        });
        assertThat(ofPool.tasks()).isZero();
    }

    /** Promise 13. */
    @Test
    void aFullPoolIsUnavailableAtOnce() throws InterruptedException {
        CountDownLatch taken = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        Future<?> unused = pool.submit(() -> {
            taken.countDown();
            return released.await(1, TimeUnit.MINUTES);
        });
        taken.await();
        Future<?> unusedToo = pool.submit(() -> {});

        assertUnavailable(() -> passwords.hash("password"));
        assertUnavailable(() -> passwords.matches("password", REFERENCE_HASH));
        assertUnavailable(() -> passwords.matches("password", null));
        released.countDown();
    }

    private static void assertUnavailable(Runnable work) {
        assertThatThrownBy(work::run).isInstanceOfSatisfying(Problem.class, problem -> assertThat(problem.code())
                .isEqualTo(ErrorCode.UNAVAILABLE));
    }
}
