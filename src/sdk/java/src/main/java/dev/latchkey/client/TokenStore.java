package dev.latchkey.client;

import java.util.Optional;

/**
 * Keeps the tokens of a log-in. A store of your own can keep them over a restart; it must protect them like a password, and be safe for use by
 * many threads.
 */
public interface TokenStore {

    /**
     * The tokens that were saved last. Called before every call, so it should be fast.
     *
     * @return empty if there are none
     */
    Optional<StoredTokens> load();

    /**
     * Replaces the tokens.
     *
     * @param tokens the new tokens
     */
    void save(StoredTokens tokens);

    /** Deletes the tokens. */
    void clear();
}
