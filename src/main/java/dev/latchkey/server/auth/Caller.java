package dev.latchkey.server.auth;

import java.security.Principal;
import java.time.Instant;

/**
 * The user of a request, from its access token.
 *
 * @param sessionId the session of the token
 * @param authenticatedAt when the user gave the password, in whole seconds
 */
public record Caller(String userId, String sessionId, Instant authenticatedAt) implements Principal {

    @Override
    public String getName() {
        return userId;
    }
}
