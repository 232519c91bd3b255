package dev.latchkey.tokens;

import dev.latchkey.auth.Caller;
import dev.latchkey.limits.CallerLimit;
import dev.latchkey.limits.Client;
import dev.latchkey.problem.Problem;
import dev.latchkey.sessions.Origin;
import dev.latchkey.sessions.Refreshes;
import dev.latchkey.sessions.Sessions;
import dev.latchkey.sessions.TokenPair;
import dev.latchkey.users.LogIns;
import dev.latchkey.users.Users;
import java.util.Optional;

/** Gives tokens to users who know their password, or who have a refresh token. */
public final class Tokens {
    private final LogIns logIns;
    private final Sessions sessions;
    private final Refreshes refreshes;
    private final CallerLimit callerLimit;

    public Tokens(LogIns logIns, Sessions sessions, Refreshes refreshes, CallerLimit callerLimit) {
        this.logIns = logIns;
        this.sessions = sessions;
        this.refreshes = refreshes;
        this.callerLimit = callerLimit;
    }

    /**
     * Logs a user in.
     *
     * @param refreshable whether to give a refresh token, too
     * @throws Problem INVALID_CREDENTIALS, TOO_MANY_REQUESTS, or UNAVAILABLE where too many passwords wait to be checked
     */
    TokenPair logIn(String username, String password, boolean refreshable, Origin origin, Client client) {
        Optional<TokenPair> tokens;
        do {
            Users.Authentication authentication =
                    logIns.authenticate(username, password, client).orElseThrow(Problem::invalidCredentials);
            // Empty if the password was changed since it was checked; then it is the new one that counts.
            tokens = sessions.start(authentication.userId(), authentication.passwordVersion(), refreshable, origin);
        } while (tokens.isEmpty());
        return tokens.get();
    }

    /**
     * Gives new tokens for a refresh token.
     *
     * @throws Problem INVALID_REFRESH_TOKEN, or TOO_MANY_REQUESTS
     */
    TokenPair refresh(String refreshToken, Client client) {
        return refreshes.refresh(refreshToken, userId -> callerLimit.count(userId, client));
    }

    /** Ends the session of the caller. */
    void logOut(Caller caller) {
        sessions.logOut(caller);
    }
}
