package dev.latchkey.sessions;

import dev.latchkey.server.auth.EndedSessions;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The ended sessions whose access tokens have not expired, in memory: those that this server ended at once, those of other servers
 * as soon as {@link #follow} has read them. None is kept for longer than the lifetime of an access token.
 */
public final class KnownEndings implements EndedSessions {
    private final EndedSessionStore store;
    private final Clock clock;
    private final Map<String, Instant> tokenExpiryBySession = new ConcurrentHashMap<>();
    private final LongAdder endedHere = new LongAdder();
    private long revision;

    public KnownEndings(EndedSessionStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    @Override
    public boolean contains(String sessionId) {
        return tokenExpiryBySession.containsKey(sessionId);
    }

    /** Adds sessions that this server has ended, after the commit. */
    public void add(List<EndedSession> ended) {
        endedHere.add(ended.size());
        remember(ended);
    }

    /** How many sessions this server has ended. */
    long endedHere() {
        return endedHere.sum();
    }

    private void remember(List<EndedSession> ended) {
        ended.forEach(session -> tokenExpiryBySession.put(session.id(), session.tokenExpiresAt()));
    }

    /** Reads which sessions any server has ended since the last call; to be called at least twice a second. */
    public synchronized void follow() {
        long seen = revision;
        // If this fails, read everything the next time: that may come from a standby that continues from an older
        // revision.
        revision = 0;
        EndedSessionStore.Endings found = store.findAfter(seen);
        remember(found.sessions());
        revision = found.revision();
    }

    /** Evicts those whose tokens have all expired. */
    public void forget() {
        Instant now = clock.instant();
        tokenExpiryBySession.values().removeIf(tokenExpiry -> !tokenExpiry.isAfter(now));
    }
}
