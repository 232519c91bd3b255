package dev.latchkey.credentials;

import dev.latchkey.server.problem.Problem;
import dev.latchkey.server.threads.Workers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

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
    private final Argon2 argon2;
    // Of random bytes: no password's. Checked for an unknown user, so that known and unknown ones take the same time.
    private final Argon2Hash unmatchable;

    /** Uses memory and passes of {@code settings}; the other settings are those of the pool. */
    Passwords(ExecutorService pool, Argon2 argon2, PasswordSettings settings) {
        this.pool = pool;
        this.argon2 = argon2;
        this.unmatchable = new Argon2Hash(settings.memory(), settings.passes(), LANES, "", "")
                .withSalt(random(SALT_BYTES))
                .with(random(HASH_BYTES));
    }

    /** A hash that is random, and no password's. */
    String unmatchable() {
        return salted().with(random(HASH_BYTES)).phc();
    }

    private Argon2Hash salted() {
        return unmatchable.withSalt(random(SALT_BYTES));
    }

    private static byte[] random(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        return random;
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
        Argon2Hash salted = salted();
        return onPool(() -> salted.with(hash(PasswordForm.of(password), salted)).phc());
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
        // A stored text that is no such hash is no password's either.
        Optional<Argon2Hash> stored = Optional.ofNullable(hash).flatMap(Argon2Hash::parse);
        Argon2Hash known = stored.orElse(unmatchable);
        return onPool(() -> {
            String form = PasswordForm.of(password);
            boolean matches = isHashOf(form, known);
            boolean matchesAsReceived = !matches && !form.equals(password) && isHashOf(password, known);
            if (stored.isEmpty() || !(matches || matchesAsReceived)) {
                return Outcome.WRONG;
            }
            return matchesAsReceived || needsRehash(hash) ? Outcome.RIGHT_BUT_OUTDATED : Outcome.RIGHT;
        });
    }

    private boolean isHashOf(String password, Argon2Hash known) {
        return MessageDigest.isEqual(hash(password, known), known.bytes());
    }

    private byte[] hash(String password, Argon2Hash like) {
        return argon2.hash(password.getBytes(StandardCharsets.UTF_8), like);
    }

    /**
     * Whether {@code hash} was made with other parameters than are configured now. Stronger ones are replaced, too: otherwise the time
     * that a wrong password takes would reveal that the user exists.
     */
    boolean needsRehash(String hash) {
        return !hash.startsWith(unmatchable.parameters());
    }

    private <T> T onPool(Supplier<T> work) {
        try (Workers.Wait ignored = Workers.waiting()) {
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
