package dev.latchkey.sessions;

import dev.latchkey.audit.AuditEvent;
import dev.latchkey.audit.AuditLog;
import dev.latchkey.auth.AccessTokens;
import dev.latchkey.auth.Caller;
import dev.latchkey.problem.ErrorCode;
import dev.latchkey.problem.Problem;
import dev.latchkey.sessions.SessionStore.Lifetimes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** Where a user is logged in, and the tokens that go with it. */
public final class Sessions {
    /** For how long a refresh token that was used goes on giving the same new one. */
    static final Duration GRACE = Duration.ofSeconds(30);

    // A token is issued, and its hour begins, only once its session is stored.
    private static final Duration ISSUE_MARGIN = Duration.ofMinutes(1);
    private static final int MAX_LISTED = 100;
    // More than a user has; an application that logs in for every call needs only the last of them.
    private static final int MAX_FOR_A_USER = 10_000;

    private final SessionStore store;
    private final KnownEndings endings;
    private final AccessTokens accessTokens;
    private final SessionSettings settings;
    private final Clock clock;

    public Sessions(
            SessionStore store,
            KnownEndings endings,
            AccessTokens accessTokens,
            SessionSettings settings,
            Clock clock) {
        this.store = store;
        this.endings = endings;
        this.accessTokens = accessTokens;
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
    public Optional<TokenPair> start(String userId, int passwordVersion, boolean refreshable, Origin origin) {
        Instant now = clock.instant();
        String id = UUID.randomUUID().toString();
        byte[] secret = RefreshToken.newSecret();
        Session.Refreshing refreshing =
                refreshable ? new Session.Refreshing(RefreshTokenKey.forSecret(secret), 0) : null;
        Lifetimes lifetimes = lifetimes(now, now, refreshable);
        Session session = new Session(userId, id, now, now, lifetimes.session(), lifetimes.token(), origin, refreshing);
        Optional<List<EndedSession>> replaced = store.insert(session, passwordVersion, MAX_FOR_A_USER);
        if (replaced.isEmpty()) {
            return Optional.empty();
        }
        endings.add(replaced.get());
        AuditLog.record(AuditEvent.LOGIN_SUCCEEDED, userId, "session_id", id);
        String refreshToken =
                refreshable ? refreshing.key().sign(userId, id, secret, 0).text() : null;
        return Optional.of(pair(session, refreshToken, lifetimes));
    }

    /**
     * Gives a new pair of tokens for a refresh token. One that was used before gives the same new one for {@link #GRACE};
     * after that it ends the session.
     *
     * @param admission is told the user before anything is done, and may throw
     * @throws Problem INVALID_REFRESH_TOKEN, or what {@code admission} throws
     */
    public TokenPair refresh(String text, Consumer<String> admission) {
        RefreshToken token = RefreshToken.parse(text).orElseThrow(() -> refused(null, "malformed"));
        Session session = find(token);
        admission.accept(session.userId());
        while (true) {
            Instant now = clock.instant();
            if (!now.isBefore(session.expiresAt())) {
                throw refused(session.userId(), "expired");
            }
            int generation = session.refreshing().generation();
            Lifetimes lifetimes = lifetimes(now, session.createdAt(), true);
            if (token.generation() == generation) {
                if (store.rotate(session, lifetimes, now.minus(GRACE))) {
                    return refreshed(session, token, generation + 1, lifetimes);
                }
            } else if (isInGrace(session, token, now)) {
                if (store.extend(session, lifetimes)) {
                    return refreshed(session, token, generation, lifetimes);
                }
            } else {
                end(session.userId(), session.id(), AuditEvent.REFRESH_TOKEN_REUSED);
                throw refused(session.userId(), "used before");
            }
            // Somebody else has used the token, or ended the session, at this very moment.
            session = find(token);
        }
    }

    private Session find(RefreshToken token) {
        return store.find(token.userId(), token.sessionId())
                .filter(found ->
                        found.refreshing() != null && found.refreshing().key().signed(token))
                .orElseThrow(() -> refused(null, "unknown"));
    }

    private boolean isInGrace(Session session, RefreshToken token, Instant now) {
        return store.findRotation(session.userId(), session.id(), token.generation(), now.minus(GRACE))
                .isPresent();
    }

    private TokenPair refreshed(Session session, RefreshToken used, int generation, Lifetimes lifetimes) {
        AuditLog.record(AuditEvent.TOKEN_REFRESHED, session.userId(), "session_id", session.id());
        String next = session.refreshing()
                .key()
                .sign(session.userId(), session.id(), used.secret(), generation)
                .text();
        return pair(session, next, lifetimes);
    }

    private static Problem refused(String userId, String reason) {
        AuditLog.record(AuditEvent.REFRESH_TOKEN_REFUSED, userId, "reason", reason);
        return Problem.refreshTokenInvalid();
    }

    /** Those that have not ended, the last used first; at most 100. */
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

    /** Ends the caller's own session, unless it is gone already. */
    public void logOut(Caller caller) {
        end(caller.userId(), caller.sessionId(), AuditEvent.SESSION_ENDED);
    }

    /** Ends all sessions of the user. */
    public void endAll(String userId) {
        endings.add(store.endAll(userId, clock.instant()));
        AuditLog.record(AuditEvent.SESSIONS_ENDED, userId);
    }

    /** Deletes what has expired. */
    public void clear() {
        Instant now = clock.instant();
        store.deleteExpired(now);
    }

    private boolean end(String userId, String sessionId, AuditEvent event) {
        Optional<EndedSession> ended = store.end(userId, sessionId, clock.instant());
        if (ended.isEmpty()) {
            return false;
        }
        endings.add(List.of(ended.get()));
        AuditLog.record(event, userId, "session_id", sessionId);
        return true;
    }

    private TokenPair pair(Session session, String refreshToken, Lifetimes lifetimes) {
        String accessToken = accessTokens.issue(new Caller(session.userId(), session.id(), session.createdAt()));
        Duration refreshLifetime = refreshToken == null ? null : Duration.between(lifetimes.now(), lifetimes.session());
        return new TokenPair(accessToken, AccessTokens.LIFETIME, refreshToken, refreshLifetime);
    }

    private Lifetimes lifetimes(Instant now, Instant loggedInAt, boolean refreshable) {
        Instant token = now.plus(AccessTokens.LIFETIME).plus(ISSUE_MARGIN);
        if (!refreshable) {
            return new Lifetimes(now, now.plus(AccessTokens.LIFETIME), token);
        }
        Instant idle = now.plusMillis(settings.idleTimeout().toMilliseconds());
        Instant last = loggedInAt.plusMillis(settings.maxLifetime().toMilliseconds());
        return new Lifetimes(now, idle.isBefore(last) ? idle : last, token);
    }
}
