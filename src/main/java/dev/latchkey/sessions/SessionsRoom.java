package dev.latchkey.sessions;

import dev.latchkey.server.auth.EndedSessions;
import dev.latchkey.server.database.Database;
import dev.latchkey.server.http.ServerParts;
import java.time.Clock;
import java.time.Duration;

/** Where users are logged in. */
public final class SessionsRoom {
    // Several times a second: what another server has ended is refused here within one.
    private static final Duration FOLLOWING = Duration.ofMillis(300);
    private static final Duration CLEANING = Duration.ofMinutes(1);

    private final KnownEndings ended;
    private final SessionEndingStore endings;
    private final Sessions sessions;
    private final Refreshes refreshes;

    /** {@code reserved} is for what other servers have ended, however many requests wait for {@code database}. */
    public SessionsRoom(Database database, Database reserved, SessionSettings settings, Clock clock) {
        EndedSessionStore endedSessions = new EndedSessionStore(reserved);
        SessionEndingStore sessionEndings = new SessionEndingStore(database, endedSessions);
        SessionStore store = new SessionStore(database, sessionEndings);
        this.ended = new KnownEndings(endedSessions, clock);
        this.endings = sessionEndings;
        this.sessions = new Sessions(store, sessionEndings, ended, settings, clock);
        this.refreshes = new Refreshes(sessions, store, new RefreshStore(database), settings, clock);
    }

    /** Adds the operations tagged Sessions, and what is to be done beside them. */
    public void addTo(ServerParts server) {
        server.resource(new SessionsResource(sessions));
        server.maintenance()
                .first(ended::follow)
                .repeat(FOLLOWING, "Cannot follow which sessions have ended", ended::follow)
                .repeat(CLEANING, "Cannot delete what has expired", () -> {
                    ended.forget();
                    sessions.deleteExpired();
                });
    }

    public EndedSessions ended() {
        return ended;
    }

    /** Takes in what this server has ended. */
    public KnownEndings knownEndings() {
        return ended;
    }

    public SessionEndingStore endings() {
        return endings;
    }

    public Sessions sessions() {
        return sessions;
    }

    public Refreshes refreshes() {
        return refreshes;
    }
}
