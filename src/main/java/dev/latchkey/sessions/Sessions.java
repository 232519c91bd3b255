package dev.latchkey.sessions;

import dev.latchkey.server.audit.AuditEvent;
import dev.latchkey.server.audit.AuditLog;
import dev.latchkey.server.auth.Caller;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;

/** Starts, lists and ends the sessions of users. */
public final class Sessions {
    private static final int MAX_LISTED = 100;
    // More than a user needs; an application that logs in for every call needs only the latest.
    private static final int MAX_FOR_A_USER = 10_000;

    private final SessionStore store;
    private final SessionEndingStore endingStore;
    private final KnownEndings knownEndings;
    private final SessionSettings settings;
    private final Clock clock;
    private final LongAdder started = new LongAdder();

    public Sessions(
            SessionStore store,
            SessionEndingStore endingStore,
            KnownEndings knownEndings,
            SessionSettings settings,
            Clock clock) {
        this.store = store;
        this.endingStore = endingStore;
        this.knownEndings = knownEndings;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Starts a session of a user who has just given the password.
     *
     * @param passwordVersion of the password that was checked
     * @param refreshable whether it is to have a refresh token
     * @return empty if the password has been changed, or the account disabled, since it was checked
     */
    public Optional<SessionGrant> start(String userId, int passwordVersion, boolean refreshable, Origin origin) {
        Instant now = clock.instant();
        String id = UUID.randomUUID().toString();
        byte[] secret = RefreshToken.newSecret();
        Session.Refreshing refreshing =
                refreshable ? new Session.Refreshing(RefreshTokenKey.forSecret(secret), 0) : null;
        Lifetimes lifetimes = refreshable ? Lifetimes.ofRefreshable(now, now, settings) : Lifetimes.ofOneToken(now);
        Session session = new Session(userId, id, now, now, lifetimes.session(), lifetimes.token(), origin, refreshing);
        Optional<List<EndedSession>> replaced = store.insert(session, passwordVersion, MAX_FOR_A_USER);
        if (replaced.isEmpty()) {
            return Optional.empty();
        }
        started.increment();
        knownEndings.add(replaced.get());
        AuditLog.record(AuditEvent.LOGIN_SUCCEEDED, userId, "session_id", id);
        String refreshToken =
                refreshable ? refreshing.key().sign(userId, id, secret, 0).text() : null;
        return Optional.of(SessionGrant.of(session, refreshToken, lifetimes));
    }

    /** How many this server has started. */
    long started() {
        return started.sum();
    }

    /** Those that have not ended, the most recently used first; at most 100. */
    List<Session> list(String userId) {
        return store.findAll(userId, clock.instant(), MAX_LISTED);
    }

    /**
     * Ends one session of the user.
     *
     * @throws Problem NOT_FOUND
     */
    void end(String userId, String sessionId) {
        if (!end(userId, sessionId, AuditEvent.SESSION_ENDED)) {
            throw new Problem(ErrorCode.NOT_FOUND);
        }
    }

    /** Ends the caller's own session, unless it has ended already. */
    public void logOut(Caller caller) {
        end(caller.userId(), caller.sessionId(), AuditEvent.SESSION_ENDED);
    }

    /** Ends all sessions of the user. */
    public void endAll(String userId) {
        knownEndings.add(endingStore.endAll(userId, clock.instant()));
        AuditLog.record(AuditEvent.SESSIONS_ENDED, userId);
    }

    /** Deletes expired sessions. */
    public void deleteExpired() {
        endingStore.deleteExpired(clock.instant());
    }

    /** Ends one session of the user, and records {@code event}, unless it has ended already. */
    boolean end(String userId, String sessionId, AuditEvent event) {
        Optional<EndedSession> ended = endingStore.end(userId, sessionId, clock.instant());
        if (ended.isEmpty()) {
            return false;
        }
        knownEndings.add(List.of(ended.get()));
        AuditLog.record(event, userId, "session_id", sessionId);
        return true;
    }
}
