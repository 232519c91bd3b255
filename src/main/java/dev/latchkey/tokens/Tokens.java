package dev.latchkey.tokens;

import dev.latchkey.auth.Caller;
import dev.latchkey.problem.Problem;
import dev.latchkey.sessions.Origin;
import dev.latchkey.sessions.Sessions;
import dev.latchkey.sessions.TokenPair;
import dev.latchkey.users.Users;
import java.util.Optional;

/** Gives tokens to users who know their password, or who have a refresh token. */
public final class Tokens {
    private final Users users;
    private final Sessions sessions;

    public Tokens(Users users, Sessions sessions) {
        this.users = users;
        this.sessions = sessions;
    }

    /**
     * Logs a user in.
     *
     * @param refreshable whether to give a refresh token, too
     * @throws Problem INVALID_CREDENTIALS, or UNAVAILABLE where too many passwords wait to be checked
     */
    TokenPair logIn(String username, String password, boolean refreshable, Origin origin) {
        Optional<TokenPair> tokens;
        do {
            Users.Authentication authentication =
                    users.authenticate(username, password).orElseThrow(Problem::invalidCredentials);
            // Empty if the password was changed since it was checked; then it is the new one that counts.
            tokens = sessions.start(authentication.userId(), authentication.passwordVersion(), refreshable, origin);
        } while (tokens.isEmpty());
        return tokens.get();
    }

    /**
     * Gives new tokens for a refresh token.
     *
     * @throws Problem INVALID_REFRESH_TOKEN
     */
    TokenPair refresh(String refreshToken) {
        return sessions.refresh(refreshToken);
    }

    /** Ends the session of the caller. */
    void logOut(Caller caller) {
        sessions.logOut(caller);
    }
}
