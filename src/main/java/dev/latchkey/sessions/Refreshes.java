package dev.latchkey.sessions;

import dev.latchkey.server.audit.AuditEvent;
import dev.latchkey.server.audit.AuditLog;
import dev.latchkey.server.problem.Problem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/** New tokens for refresh tokens. */
public final class Refreshes {
    /** How long a used refresh token still gives the same new one. */
    static final Duration GRACE = Duration.ofSeconds(30);

    private final Sessions sessions;
    private final SessionStore sessionStore;
    private final RefreshStore refreshStore;
    private final SessionSettings settings;
    private final Clock clock;

    public Refreshes(
            Sessions sessions,
            SessionStore sessionStore,
            RefreshStore refreshStore,
            SessionSettings settings,
            Clock clock) {
        this.sessions = sessions;
        this.sessionStore = sessionStore;
        this.refreshStore = refreshStore;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Gives a new pair of tokens for a refresh token. A used one gives the same new refresh token for {@link #GRACE}; after that it
     * ends the session.
     *
     * @param admission called with the user id before anything is done; throws to refuse
     * @throws Problem INVALID_REFRESH_TOKEN, or what {@code admission} throws
     */
    public SessionGrant refresh(String text, Consumer<String> admission) {
        RefreshToken token = RefreshToken.parse(text).orElseThrow(() -> refused(null, "malformed"));
        Session session = find(token);
        admission.accept(session.userId());
        while (true) {
            Instant now = clock.instant();
            if (!now.isBefore(session.expiresAt())) {
                throw refused(session.userId(), "expired");
            }
            int generation = session.refreshing().generation();
            Lifetimes lifetimes = Lifetimes.ofRefreshable(now, session.createdAt(), settings);
            if (token.generation() == generation) {
                if (refreshStore.rotate(session, lifetimes, now.minus(GRACE))) {
                    return refreshed(session, token, generation + 1, lifetimes);
                }
            } else if (isInGrace(session, token, now)) {
                if (sessionStore.extend(session, lifetimes)) {
                    return refreshed(session, token, generation, lifetimes);
                }
            } else {
                sessions.end(session.userId(), session.id(), AuditEvent.REFRESH_TOKEN_REUSED);
                throw refused(session.userId(), "used before");
            }
            // A concurrent request has used the token or ended the session.
            session = find(token);
        }
    }

    private Session find(RefreshToken token) {
        return sessionStore
                .find(token.userId(), token.sessionId())
                .filter(found ->
                        found.refreshing() != null && found.refreshing().key().signed(token))
                .orElseThrow(() -> refused(null, "unknown"));
    }

    private boolean isInGrace(Session session, RefreshToken token, Instant now) {
        return refreshStore
                .findRotation(session.userId(), session.id(), token.generation(), now.minus(GRACE))
                .isPresent();
    }

    private SessionGrant refreshed(Session session, RefreshToken used, int generation, Lifetimes lifetimes) {
        AuditLog.record(AuditEvent.TOKEN_REFRESHED, session.userId(), "session_id", session.id());
        String next = session.refreshing()
                .key()
                .sign(session.userId(), session.id(), used.secret(), generation)
                .text();
        return SessionGrant.of(session, next, lifetimes);
    }

    private static Problem refused(String userId, String reason) {
        AuditLog.record(AuditEvent.REFRESH_TOKEN_REFUSED, userId, "reason", reason);
        return Problem.refreshTokenInvalid();
    }
}
