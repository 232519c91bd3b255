package dev.latchkey.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import dev.latchkey.testing.CheapPasswords;
import java.lang.management.ManagementFactory;
import java.text.Normalizer;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
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
    private static final int MIB = 1 << 20;

    /** A test vector of the reference implementation, github.com/P-H-C/phc-winner-argon2, {@code src/test.c}. */
    private static final String REFERENCE_HASH =
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

    private final ThreadPoolExecutor pool =
            new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(1));
    private final List<String> work = new CopyOnWriteArrayList<>();
    private final Passwords passwords = passwords(PasswordSettings.defaults());

    /** They write down what they do. */
    private Passwords passwords(PasswordSettings settings) {
        HeapArgon2 argon2 = new HeapArgon2(settings.memory());
        return new Passwords(
                pool,
                (password, like) -> {
                    work.add(like.parameters());
                    return argon2.hash(password, like);
                },
                settings);
    }

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

    /** Such as none that the server makes: it is no password's, which takes the same time to find out. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secure_password123",
                "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$",
                "$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=16$m=19456,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=1048577,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=99999999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=7,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=19456,t=100,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=019456,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHR$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc=",
                "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ=$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                " $argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
            })
    void aTextThatIsNoHashIsNobodysPassword(String stored) {
        Work done = workOf(() -> assertThat(passwords.check("password", stored)).isEqualTo(Passwords.Outcome.WRONG));
        assertThat(done).isEqualTo(new Work(1, List.of("$argon2id$v=19$m=19456,t=2,p=1$")));
    }

    /** Promise 15: the same work, once, with the configured parameters. */
    @Test
    void nobodysPasswordTakesTheSameWork() {
        for (int memory : new int[] {19 << 10, 32 << 10}) {
            // Passes over the memory take time, and no more of it.
            Passwords passwords = passwords(new PasswordSettings(1, 1, memory, 1));
            String once = "$argon2id$v=19$m=" + memory + ",t=1,p=1$";
            String hash = passwords.hash("secure_password123");
            Work forSomebody = workOf(() ->
                    assertThat(passwords.matches("another_password", hash)).isFalse());
            Work forNobody = workOf(() ->
                    assertThat(passwords.matches("another_password", null)).isFalse());

            assertThat(forSomebody).isEqualTo(new Work(1, List.of(once)));
            assertThat(forNobody).isEqualTo(forSomebody);
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
        Passwords passwords = passwords(cheap);
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

        String once = "$argon2id$v=19$m=19456,t=2,p=1$";
        assertThat(forSomebody).isEqualTo(new Work(1, List.of(once, once)));
        assertThat(forNobody).isEqualTo(forSomebody);
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
        String strongerHash = passwords(stronger).hash("secure_password123");

        assertThat(strongerHash).startsWith("$argon2id$v=19$m=20480,t=3,p=1$");
        assertThat(passwords.matches("secure_password123", strongerHash)).isTrue();
        assertThat(passwords.needsRehash(hash)).isFalse();
        assertThat(passwords.needsRehash(strongerHash)).isTrue();
        assertThat(passwords(stronger).needsRehash(hash)).isTrue();
        assertThat(passwords(stronger).needsRehash(strongerHash)).isFalse();
        assertThat(passwords.needsRehash(hash.replace("argon2id", "argon2i"))).isTrue();
    }

    /** What was given to the pool, and the cost of each hash that it made. */
    private record Work(long tasks, List<String> hashes) {}

    private Work workOf(Runnable task) {
        work.clear();
        long tasks = pool.getTaskCount();
        task.run();
        return new Work(pool.getTaskCount() - tasks, List.copyOf(work));
    }

    /** After the first, whose memory is kept, none may leave 19 MiB of garbage. */
    @Test
    void aHashLeavesLittleGarbage() {
        String hash = passwords.hash("secure_password123");
        long before = allocatedByPool();
        for (int i = 0; i < 8; i++) {
            assertThat(passwords.matches("secure_password123", hash)).isTrue();
        }
        assertThat(allocatedByPool() - before).isLessThan(8 * MIB / 2);
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
            passwords(PasswordSettings.defaults());
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MIB);
        });
        assertThat(ofPool).isEqualTo(new Work(0, List.of()));
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
