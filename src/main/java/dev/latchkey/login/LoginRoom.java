package dev.latchkey.login;

import dev.latchkey.credentials.CredentialsRoom;
import dev.latchkey.credentials.LogInSettings;
import dev.latchkey.credentials.recovery.RecoveryRoom;
import dev.latchkey.server.auth.AccessTokens;
import dev.latchkey.server.http.ServerParts;
import dev.latchkey.server.limits.CallerLimit;
import dev.latchkey.server.limits.Client;
import dev.latchkey.server.limits.CurrentClient;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.sessions.SessionsRoom;

/** Gives tokens to users who authenticate. */
public final class LoginRoom {
    private static final String PATH = "/api/token";
    private static final String BY_EMAIL = "/api/token/email/confirm";

    private final CredentialsRoom credentials;
    private final RecoveryRoom recovery;
    private final SessionsRoom sessions;
    private final TokenPairs tokenPairs;

    public LoginRoom(
            CredentialsRoom credentials, RecoveryRoom recovery, SessionsRoom sessions, AccessTokens accessTokens) {
        this.credentials = credentials;
        this.recovery = recovery;
        this.sessions = sessions;
        this.tokenPairs = new TokenPairs(accessTokens);
    }

    /**
     * Adds the operations tagged Tokens, and Email log-in if that is on. A log-in from an address whose limit is used up is refused before it is
     * processed.
     */
    public void addTo(
            ServerParts server,
            RegistrationSettings registration,
            LogInSettings settings,
            CallerLimit callerLimit,
            CurrentClient client) {
        PasswordCheck passwords = new PasswordCheck(
                credentials.credentials(), registration.requireVerifiedEmail() ? recovery.verifications() : null);
        LogIn logIn = new LogIn(passwords, sessions.sessions(), sessions.refreshes(), tokenPairs, callerLimit);
        logIn.outcomes().addTo(server.metrics());
        credentials.addTo(server.metrics());
        server.resource(new TokensResource(logIn, server.refusals(), client))
                .admission(PATH, (request, response) -> credentials.refusal(Client.of(request, response)));
        server.contract()
                .words(PATH, ErrorCode.INTERNAL_ERROR, "Internal server error occurred. Please try again later.");
        if (settings.byEmail()) {
            EmailLogIn byEmail = new EmailLogIn(
                    recovery.logIns(credentials), sessions.sessions(), credentials, tokenPairs, logIn.outcomes());
            server.resource(new EmailLogInResource(byEmail, client));
            recovery.limitCodes(server, BY_EMAIL);
        }
    }
}
