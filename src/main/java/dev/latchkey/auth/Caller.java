package dev.latchkey.auth;

import java.security.Principal;

/** The user whom the access token of a request names. */
public record Caller(String userId) implements Principal {

    @Override
    public String getName() {
        return userId;
    }
}
