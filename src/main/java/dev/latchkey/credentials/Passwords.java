package dev.latchkey.credentials;

import dev.latchkey.server.problem.Problem;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;

/**
 * Hashes and checks passwords with Argon2id (RFC 9106) and one lane; stored in PHC form.
 *
 * <p>The given pool does the work and bounds how much runs at once. If its queue is full, the methods throw a 503 {@link Problem} at
 * once.
 */
final class Passwords {
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final int LANES = 1;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final ExecutorService pool;
    private final PasswordEncoder argon2;
    private final String parameters;
    // Checked for an unknown user, so that known and unknown ones take the same time.
    private final String dummyHash;

    /** Uses memory and passes of {@code settings}; the other settings are those of the pool. */
    Passwords(ExecutorService pool, PasswordSettings settings) {
        this.pool = pool;
        this.argon2 = new Argon2PasswordEncoder(SALT_BYTES, HASH_BYTES, LANES, settings.memory(), settings.passes());
        this.parameters = "$argon2id$v=19$m=" + settings.memory() + ",t=" + settings.passes() + ",p=" + LANES + "$";
        this.dummyHash = unmatchable();
    }

    /** A hash that is random, and no password's. */
    String unmatchable() {
        return parameters + random(SALT_BYTES) + "$" + random(HASH_BYTES);
    }

    private static String random(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        return Base64.getEncoder().withoutPadding().encodeToString(random);
    }

    /** The outcome of a check. */
    enum Outcome {
        WRONG,
        RIGHT,
        /** Right, but the hash was made from another form of the password or with other parameters than a new one would be. */
        RIGHT_BUT_OUTDATED
    }

    /** The hash to store for {@code password}. */
    String hash(String password) {
        return onPool(() -> argon2.encode(PasswordForm.of(password)));
    }

    /** Whether {@code hash} is one of {@code password}; for a null hash, false after the same work. */
    boolean matches(String password, String hash) {
        return check(password, hash) != Outcome.WRONG;
    }

    /**
     * As {@link #matches}, and whether to replace the hash.
     *
     * <p>Older hashes were made from passwords as received, not from their {@link PasswordForm}. So a wrong password that is not in this
     * form takes twice the work, also for an unknown user.
     */
    Outcome check(String password, String hash) {
        return onPool(() -> {
            String known = hash == null ? dummyHash : hash;
            String form = PasswordForm.of(password);
            boolean matches = argon2.matches(form, known);
            boolean matchesAsReceived = !matches && !form.equals(password) && argon2.matches(password, known);
            if (hash == null || !(matches || matchesAsReceived)) {
                return Outcome.WRONG;
            }
            return matchesAsReceived || needsRehash(hash) ? Outcome.RIGHT_BUT_OUTDATED : Outcome.RIGHT;
        });
    }

    /**
     * Whether {@code hash} was made with other parameters than are configured now. Stronger ones are replaced, too: otherwise the time
     * that a wrong password takes would reveal that the user exists.
     */
    boolean needsRehash(String hash) {
        return !hash.startsWith(parameters);
    }

    private <T> T onPool(Supplier<T> work) {
        try {
            Future<T> result = pool.submit(work::get);
            return result.get();
        } catch (RejectedExecutionException e) {
            // Counted as passwords.rejected. A log line for each would let anybody fill the log.
            throw Problem.unavailable(null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("Hashing a password failed", e.getCause());
        }
    }
}
