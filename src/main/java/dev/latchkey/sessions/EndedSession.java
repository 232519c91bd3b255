package dev.latchkey.sessions;

import java.time.Instant;

/**
 * A session that is no more.
 *
 * @param tokenExpiresAt until when access tokens of it are around
 */
public record EndedSession(String id, Instant tokenExpiresAt) {}
