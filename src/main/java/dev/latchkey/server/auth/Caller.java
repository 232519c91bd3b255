package dev.latchkey.server.auth;

import java.security.Principal;
import java.time.Instant;

/**
 * The user whom the access token of a request names.
 *
 * @param sessionId the log-in that the token goes back to
 * @param authenticatedAt when the user gave the password, to the second
 */
public record Caller(String userId, String sessionId, Instant authenticatedAt) implements Principal {

    @Override
    public String getName() {
        return userId;
    }
}
