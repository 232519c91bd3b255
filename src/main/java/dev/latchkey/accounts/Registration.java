package dev.latchkey.accounts;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import dev.latchkey.server.contract.IdempotencyKey;

/**
 * The data of a new account. Every field but {@code age} and {@code locale} is present; all meet the contract's constraints.
 *
 * @param age in years, or null
 * @param locale a BCP 47 tag, or null
 */
public record Registration(
        String username, String email, String password, String fullName, Integer age, String gender, String locale) {

    /**
     * A hash that the same registration with the same {@code Idempotency-Key} has, and no other. The key of the hash is not stored, so that
     * nobody can guess passwords by it.
     */
    String hash(IdempotencyKey key) {
        Hasher hasher = Hashing.hmacSha256(key.value().getBytes(UTF_8)).newHasher();
        for (Object field : new Object[] {username, email, password, fullName, age, gender}) {
            String text = String.valueOf(field);
            hasher.putInt(text.length()).putString(text, UTF_8);
        }
        if (locale != null) {
            // Without one, it is the hash that older servers stored.
            hasher.putInt(locale.length()).putString(locale, UTF_8);
        }
        return hasher.hash().toString();
    }

    /** Leaves the password out. */
    @Override
    public String toString() {
        return "Registration[username=" + username + "]";
    }
}
