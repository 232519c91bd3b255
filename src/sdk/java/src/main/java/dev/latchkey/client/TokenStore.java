package dev.latchkey.client;

import java.util.Optional;

/**
 * Where the tokens of a log-in are kept. One of your own can keep them over a restart; it has to be as safe as a password, and to work with many
 * threads.
 */
public interface TokenStore {

    /**
     * The tokens that were saved last. It is asked before every call, so let it be fast.
     *
     * @return empty if there are none
     */
    Optional<StoredTokens> load();

    /**
     * Keeps these instead of any others.
     *
     * @param tokens what to keep
     */
    void save(StoredTokens tokens);

    /** Forgets them. */
    void clear();
}
