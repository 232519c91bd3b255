package dev.latchkey.data;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import dev.latchkey.server.contract.IdempotencyKey;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A request that may be sent again without being done again.
 *
 * @param key its {@code Idempotency-Key}, without quotes
 * @param fingerprint the same for the same request, and for no other
 */
record IdempotentRequest(String key, String fingerprint) {

    /** Null if {@code key} is. */
    static IdempotentRequest of(IdempotencyKey key, String operationId, List<Operation> operations) {
        return key == null ? null : new IdempotentRequest(key.value(), fingerprint(operationId, operations));
    }

    private static String fingerprint(String operationId, List<Operation> operations) {
        Hasher hasher = Hashing.sha256().newHasher();
        add(hasher, operationId);
        for (Operation operation : operations) {
            add(hasher, operation.kind().name());
            add(hasher, operation.key());
            add(hasher, operation.value());
            add(hasher, String.valueOf(operation.expiry()));
            add(hasher, operation.conditions().toString());
        }
        return hasher.hash().toString();
    }

    /** With its length, so that no two lists of texts look the same. */
    private static void add(Hasher hasher, String text) {
        hasher.putInt(text == null ? -1 : text.length());
        if (text != null) {
            hasher.putString(text, StandardCharsets.UTF_8);
        }
    }
}
