package dev.latchkey.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.latchkey.problem.ErrorCode;
import dev.latchkey.problem.Problem;
import java.lang.management.ManagementFactory;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PasswordsTest {
    private static final long ARGON2_MEMORY = 19 << 20;

    /** A test vector of the reference implementation, github.com/P-H-C/phc-winner-argon2, {@code src/test.c}. */
    private static final String REFERENCE_HASH =
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

    private final ThreadPoolExecutor pool =
            new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(1));
    private final Passwords passwords = new Passwords(pool);

    @AfterEach
    void stop() {
        pool.shutdownNow();
    }

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

    @Test
    void nobodysPasswordTakesTheSameWork() {
        String hash = passwords.hash("secure_password123");
        long forSomebody = allocatedBy(
                () -> assertThat(passwords.matches("another_password", hash)).isFalse());
        long forNobody = allocatedBy(
                () -> assertThat(passwords.matches("another_password", null)).isFalse());

        assertThat(forSomebody).isGreaterThan(ARGON2_MEMORY);
        assertThat(forNobody).isGreaterThan(ARGON2_MEMORY);
        assertThat(passwords.matches("", null)).isFalse();
    }

    /** Bytes that the thread of the pool allocated; Argon2 takes far more than anything else does. */
    private long allocatedBy(Runnable work) {
        long before = allocatedByPool();
        work.run();
        return allocatedByPool() - before;
    }

    private long allocatedByPool() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return CompletableFuture.supplyAsync(threads::getCurrentThreadAllocatedBytes, pool)
                .join();
    }

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
