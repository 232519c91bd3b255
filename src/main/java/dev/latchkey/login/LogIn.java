package dev.latchkey.login;

import dev.latchkey.credentials.Authentication;
import dev.latchkey.server.auth.Caller;
import dev.latchkey.server.limits.CallerLimit;
import dev.latchkey.server.limits.Client;
import dev.latchkey.sessions.Refreshes;
import dev.latchkey.sessions.SessionGrant;
import dev.latchkey.sessions.Sessions;
import java.util.Optional;

/** Gives tokens for a username and a password, or for a refresh token. */
final class LogIn {
    private final PasswordCheck passwords;
    private final Sessions sessions;
    private final Refreshes refreshes;
    private final TokenPairs tokenPairs;
    private final CallerLimit callerLimit;
    private final Outcomes outcomes = new Outcomes();

    LogIn(
            PasswordCheck passwords,
            Sessions sessions,
            Refreshes refreshes,
            TokenPairs tokenPairs,
            CallerLimit callerLimit) {
        this.passwords = passwords;
        this.sessions = sessions;
        this.refreshes = refreshes;
        this.tokenPairs = tokenPairs;
        this.callerLimit = callerLimit;
    }

    /**
     * Logs a user in.
     *
     * @param refreshable whether to give a refresh token as well
     * @throws dev.latchkey.server.problem.Problem INVALID_CREDENTIALS, EMAIL_NOT_VERIFIED, TOO_MANY_REQUESTS, or UNAVAILABLE if too many passwords wait to be checked
     */
    TokenPair start(String username, String password, boolean refreshable, Visitor visitor) {
        return outcomes.ofLogIn(() -> tokenPairs.issue(session(username, password, refreshable, visitor)));
    }

    private SessionGrant session(String username, String password, boolean refreshable, Visitor visitor) {
        Optional<SessionGrant> session;
        do {
            Authentication user = passwords.of(username, password, visitor);
            // Empty if the password was changed since the check; then check against the new one.
            session = sessions.start(user.userId(), user.passwordVersion(), refreshable, visitor.origin());
        } while (session.isEmpty());
        return session.get();
    }

    /**
     * Gives new tokens for a refresh token.
     *
     * @throws dev.latchkey.server.problem.Problem INVALID_REFRESH_TOKEN, or TOO_MANY_REQUESTS
     */
    TokenPair refresh(String refreshToken, Client client) {
        return outcomes.ofRefresh(
                () -> tokenPairs.issue(refreshes.refresh(refreshToken, userId -> callerLimit.count(userId, client))));
    }

    Outcomes outcomes() {
        return outcomes;
    }

    /** Ends the session of the caller. */
    void end(Caller caller) {
        sessions.logOut(caller);
    }
}
