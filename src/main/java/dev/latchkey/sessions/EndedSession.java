package dev.latchkey.sessions;

import java.time.Instant;

/**
 * A session that has ended.
 *
 * @param tokenExpiresAt when the last of its access tokens expires
 */
public record EndedSession(String id, Instant tokenExpiresAt) {}
