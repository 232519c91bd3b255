package dev.latchkey.client;

import java.time.Instant;
import java.util.Objects;

/**
 * The tokens of a log-in.
 *
 * @param accessToken what calls are made with
 * @param expiresAt when the access token expires
 * @param refreshToken what gives the next pair; null if there is none
 * @param username who is logged in, as they wrote it; null if the store does not know
 */
public record StoredTokens(String accessToken, Instant expiresAt, String refreshToken, String username) {

    /**
     * Checks that what is needed is there.
     *
     * @param accessToken what calls are made with
     * @param expiresAt when the access token expires
     * @param refreshToken what gives the next pair; null if there is none
     * @param username who is logged in, as they wrote it; null if the store does not know
     */
    public StoredTokens {
        Objects.requireNonNull(accessToken, "accessToken");
        Objects.requireNonNull(expiresAt, "expiresAt");
    }

    /**
     * Of somebody whose name is not known.
     *
     * @param accessToken what calls are made with
     * @param expiresAt when the access token expires
     * @param refreshToken what gives the next pair; null if there is none
     */
    public StoredTokens(String accessToken, Instant expiresAt, String refreshToken) {
        this(accessToken, expiresAt, refreshToken, null);
    }

    /** Without the tokens: they are secrets. */
    @Override
    public String toString() {
        return "StoredTokens[username=" + username + ", expiresAt=" + expiresAt + "]";
    }
}
