package dev.latchkey.client;

import java.time.Instant;
import java.util.Objects;

/**
 * The tokens of a log-in.
 *
 * @param accessToken what calls are made with
 * @param expiresAt when the access token expires
 * @param refreshToken what gives the next pair; null if there is none
 */
public record StoredTokens(String accessToken, Instant expiresAt, String refreshToken) {

    /**
     * Checks that what is needed is there.
     *
     * @param accessToken what calls are made with
     * @param expiresAt when the access token expires
     * @param refreshToken what gives the next pair; null if there is none
     */
    public StoredTokens {
        Objects.requireNonNull(accessToken, "accessToken");
        Objects.requireNonNull(expiresAt, "expiresAt");
    }

    /** Without the tokens: they are secrets. */
    @Override
    public String toString() {
        return "StoredTokens[expiresAt=" + expiresAt + "]";
    }
}
