package dev.latchkey.server.auth;

/** The sessions that have ended before their access tokens expired. */
@FunctionalInterface
public interface EndedSessions {

    /** Whether this session's access tokens must be refused. Called for every request, so it must not query a database. */
    boolean contains(String sessionId);
}
