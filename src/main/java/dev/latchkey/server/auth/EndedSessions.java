package dev.latchkey.server.auth;

/** Which sessions have ended before their access tokens expired. */
@FunctionalInterface
public interface EndedSessions {

    /** Whether this session's access tokens are to be refused. Asked with every request, so it does not ask a database. */
    boolean contains(String sessionId);
}
