package dev.latchkey.sessions;

import dev.latchkey.server.auth.EndedSessions;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sessions that ended while access tokens of them are still around, kept in memory: those that this server ended at
 * once, those of the others as soon as {@link #follow} has seen them. None is kept for longer than an access token lives.
 */
public final class KnownEndings implements EndedSessions {
    private final EndedSessionStore store;
    private final Clock clock;
    private final Map<String, Instant> tokenExpiryBySession = new ConcurrentHashMap<>();
    private long revision;

    public KnownEndings(EndedSessionStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    @Override
    public boolean contains(String sessionId) {
        return tokenExpiryBySession.containsKey(sessionId);
    }

    /** Takes in what ended here, once it is committed. */
    public void add(List<EndedSession> ended) {
        ended.forEach(session -> tokenExpiryBySession.put(session.id(), session.tokenExpiresAt()));
    }

    /** Takes in what ended on any server since the last time; to be called at least twice a second. */
    public synchronized void follow() {
        long seen = revision;
        // From the start again if this fails: what answers next may be a standby that counts on from an older revision.
        revision = 0;
        EndedSessionStore.Endings endings = store.findAfter(seen);
        add(endings.sessions());
        revision = endings.revision();
    }

    /** Lets go of those whose tokens have all expired. */
    public void forget() {
        Instant now = clock.instant();
        tokenExpiryBySession.values().removeIf(tokenExpiry -> !tokenExpiry.isAfter(now));
    }
}
