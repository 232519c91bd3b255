package dev.latchkey.client;

import dev.latchkey.client.model.BatchOperation;
import dev.latchkey.client.model.BatchOperation.OpEnum;

/**
 * The operations of a batch. Each can have a condition, and {@code create} and {@code put} an expiry: {@code put("key", "value").ifMatch(etag).expiresIn(60)}.
 */
public final class BatchOperations {
    private BatchOperations() {}

    /**
     * Stores a value under a new key.
     *
     * @param key the key
     * @param value the value
     * @return the operation
     */
    public static BatchOperation create(String key, String value) {
        return new BatchOperation().op(OpEnum.CREATE).key(key).value(value);
    }

    /**
     * Stores a value, whether there is an entry or not.
     *
     * @param key the key
     * @param value the value
     * @return the operation
     */
    public static BatchOperation put(String key, String value) {
        return new BatchOperation().op(OpEnum.PUT).key(key).value(value);
    }

    /**
     * Deletes an existing entry.
     *
     * @param key the key
     * @return the operation
     */
    public static BatchOperation delete(String key) {
        return new BatchOperation().op(OpEnum.DELETE).key(key);
    }

    /**
     * Changes nothing, but its conditions must hold; without conditions, the entry must exist.
     *
     * @param key the key
     * @return the operation
     */
    public static BatchOperation check(String key) {
        return new BatchOperation().op(OpEnum.CHECK).key(key);
    }
}
