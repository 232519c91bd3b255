package dev.latchkey.client;

import java.util.Optional;

/** Keeps tokens until the program ends. */
final class MemoryTokenStore implements TokenStore {
    private volatile StoredTokens tokens;

    @Override
    public Optional<StoredTokens> load() {
        return Optional.ofNullable(tokens);
    }

    @Override
    public void save(StoredTokens saved) {
        this.tokens = saved;
    }

    @Override
    public void clear() {
        this.tokens = null;
    }
}
