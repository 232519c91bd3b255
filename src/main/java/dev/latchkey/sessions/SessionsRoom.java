package dev.latchkey.sessions;

import dev.latchkey.server.database.Database;
import dev.latchkey.server.http.ServerParts;
import java.time.Clock;
import java.time.Duration;

/** Where users are logged in. */
public final class SessionsRoom {
    // So that a session that another server has ended is refused here within a second.
    private static final Duration FOLLOWING = Duration.ofMillis(300);
    private static final Duration CLEANING = Duration.ofMinutes(1);

    private final KnownEndings knownEndings;
    private final SessionEndingStore endingStore;
    private final Sessions sessions;
    private final Refreshes refreshes;

    /** {@code reserved} is for reading what other servers have ended, even if many requests wait for {@code database}. */
    public SessionsRoom(Database database, Database reserved, SessionSettings settings, Clock clock) {
        EndedSessionStore endedSessions = new EndedSessionStore(reserved);
        SessionEndingStore endingStore = new SessionEndingStore(database, endedSessions);
        SessionStore store = new SessionStore(database, endingStore);
        this.knownEndings = new KnownEndings(endedSessions, clock);
        this.endingStore = endingStore;
        this.sessions = new Sessions(store, endingStore, knownEndings, settings, clock);
        this.refreshes = new Refreshes(sessions, store, new RefreshStore(database), settings, clock);
    }

    /** Adds the operations tagged Sessions, and the maintenance of sessions. */
    public void addTo(ServerParts server) {
        server.metrics()
                .counter("latchkey_sessions_started", "Sessions that this server has started.", sessions::started);
        server.metrics()
                .counter(
                        "latchkey_sessions_ended",
                        "Sessions that this server has ended before they expired.",
                        knownEndings::endedHere);
        server.resource(new SessionsResource(sessions));
        server.maintenance()
                .first(knownEndings::follow)
                .repeat(FOLLOWING, "Cannot read which sessions have ended", knownEndings::follow)
                .repeat(CLEANING, "Cannot delete expired sessions", () -> {
                    knownEndings.forget();
                    sessions.deleteExpired();
                });
    }

    /** Who ends sessions adds them here. */
    public KnownEndings knownEndings() {
        return knownEndings;
    }

    public SessionEndingStore endingStore() {
        return endingStore;
    }

    public Sessions sessions() {
        return sessions;
    }

    public Refreshes refreshes() {
        return refreshes;
    }
}
