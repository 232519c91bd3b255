package dev.latchkey.tokens;

import dev.latchkey.auth.AccessTokens;
import dev.latchkey.problem.Problem;
import dev.latchkey.users.Users;
import java.time.Duration;

/** Gives access tokens to users who know their password. */
public final class Tokens {
    private final Users users;
    private final AccessTokens accessTokens;

    public Tokens(Users users, AccessTokens accessTokens) {
        this.users = users;
        this.accessTokens = accessTokens;
    }

    /** A token and how long it is good for. */
    record Issued(String accessToken, Duration lifetime) {

        /** Leaves the token out. */
        @Override
        public String toString() {
            return "Issued[lifetime=" + lifetime + "]";
        }
    }

    /**
     * Logs a user in.
     *
     * @throws Problem INVALID_CREDENTIALS, or UNAVAILABLE where too many passwords wait to be checked
     */
    Issued logIn(String username, String password) {
        String userId = users.authenticate(username, password).orElseThrow(Problem::invalidCredentials);
        return new Issued(accessTokens.issue(userId), AccessTokens.LIFETIME);
    }
}
