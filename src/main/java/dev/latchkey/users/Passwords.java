package dev.latchkey.users;

import dev.latchkey.problem.Problem;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;

/**
 * Hashes and checks passwords with Argon2id (RFC 9106), 19 MiB, two passes, one lane; stored in PHC form.
 *
 * <p>The work is done on the pool it is given, whatever number of requests asks for it. Where that is full, both methods
 * throw a 503 {@link Problem} at once.
 */
final class Passwords {
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final int LANES = 1;
    private static final int MEMORY_KIB = 19 * 1024;
    private static final int PASSES = 2;

    private final ExecutorService pool;
    private final PasswordEncoder argon2 = new Argon2PasswordEncoder(SALT_BYTES, HASH_BYTES, LANES, MEMORY_KIB, PASSES);
    // Checked in place of an unknown user's, so that both take the same time.
    private final String nobodysHash = argon2.encode("");

    Passwords(ExecutorService pool) {
        this.pool = pool;
    }

    /** The hash to store for {@code password}. */
    String hash(String password) {
        return onPool(() -> argon2.encode(password));
    }

    /** Whether {@code hash} was made of {@code password}; with null for a hash, false after the same work. */
    boolean matches(String password, String hash) {
        boolean matches = onPool(() -> argon2.matches(password, hash == null ? nobodysHash : hash));
        return matches && hash != null;
    }

    private <T> T onPool(Supplier<T> work) {
        try {
            Future<T> result = pool.submit(work::get);
            return result.get();
        } catch (RejectedExecutionException e) {
            // Counted as passwords.rejected; a line in the log for each would only help whoever sends them.
            throw Problem.unavailable(null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("Hashing a password failed", e.getCause());
        }
    }
}
