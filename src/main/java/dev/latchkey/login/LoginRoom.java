package dev.latchkey.login;

import dev.latchkey.credentials.CredentialsRoom;
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

    private final CredentialsRoom credentials;
    private final LogIn logIn;

    public LoginRoom(
            CredentialsRoom credentials, SessionsRoom sessions, AccessTokens accessTokens, CallerLimit callerLimit) {
        this.credentials = credentials;
        this.logIn = new LogIn(
                credentials.credentials(),
                sessions.sessions(),
                sessions.refreshes(),
                new TokenPairs(accessTokens),
                callerLimit);
    }

    /** Adds the operations tagged Tokens. A log-in from an address whose limit is used up is refused before it is processed. */
    public void addTo(ServerParts server, CurrentClient client) {
        logIn.outcomes().addTo(server.metrics());
        credentials.addTo(server.metrics());
        server.resource(new TokensResource(logIn, client))
                .admission(PATH, (request, response) -> credentials.refusal(Client.of(request, response)));
        server.contract()
                .words(PATH, ErrorCode.INTERNAL_ERROR, "Internal server error occurred. Please try again later.");
    }
}
