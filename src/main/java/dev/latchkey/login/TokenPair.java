package dev.latchkey.login;

import java.time.Duration;

/**
 * The tokens that a log-in or a refresh gives.
 *
 * @param accessLifetime how long the access token is valid
 * @param refreshToken null if none was asked for
 * @param refreshLifetime how long the refresh token is valid; null without one
 */
public record TokenPair(String accessToken, Duration accessLifetime, String refreshToken, Duration refreshLifetime) {

    /** Leaves the tokens out. */
    @Override
    public String toString() {
        return "TokenPair[accessLifetime=" + accessLifetime + ", refreshLifetime=" + refreshLifetime + "]";
    }
}
