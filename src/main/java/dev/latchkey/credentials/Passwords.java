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
 * <p>The work is done on the pool it is given, whatever number of requests asks for it. Where that is full, they
 * throw a 503 {@link Problem} at once.
 */
final class Passwords {
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final int LANES = 1;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final ExecutorService pool;
    private final PasswordEncoder argon2;
    private final String parameters;
    // Checked in place of an unknown user's, so that both take the same time. It is no password's, and takes no hashing
    // to make.
    private final String nobodysHash;

    /** Of {@code settings} memory and passes count here; the pool has the rest already. */
    Passwords(ExecutorService pool, PasswordSettings settings) {
        this.pool = pool;
        this.argon2 = new Argon2PasswordEncoder(SALT_BYTES, HASH_BYTES, LANES, settings.memory(), settings.passes());
        this.parameters = "$argon2id$v=19$m=" + settings.memory() + ",t=" + settings.passes() + ",p=" + LANES + "$";
        this.nobodysHash = parameters + random(SALT_BYTES) + "$" + random(HASH_BYTES);
    }

    private static String random(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        return Base64.getEncoder().withoutPadding().encodeToString(random);
    }

    /** What became of a password that was given. */
    enum Outcome {
        WRONG,
        RIGHT,
        /** Right, but the hash was made of another form of the password or with other parameters than it would be now. */
        RIGHT_BUT_OUTDATED
    }

    /** The hash to store for {@code password}. */
    String hash(String password) {
        return onPool(() -> argon2.encode(PasswordForm.of(password)));
    }

    /** Whether {@code hash} was made of {@code password}; with null for a hash, false after the same work. */
    boolean matches(String password, String hash) {
        return check(password, hash) != Outcome.WRONG;
    }

    /**
     * What {@link #matches} says, and whether to make the hash anew.
     *
     * <p>Hashes were once made of passwords as they were received. A wrong password that is not in its {@link PasswordForm} takes
     * twice the work therefore, for an unknown user as well.
     */
    Outcome check(String password, String hash) {
        return onPool(() -> {
            String known = hash == null ? nobodysHash : hash;
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
     * Whether {@code hash} was made with other parameters than are configured now, stronger ones included: the operator has
     * chosen, and whose hash is more expensive than nobody's can be told by the time that a wrong password takes.
     */
    boolean needsRehash(String hash) {
        return !hash.startsWith(parameters);
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
