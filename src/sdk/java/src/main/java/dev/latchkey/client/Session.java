package dev.latchkey.client;

import dev.latchkey.client.model.ErrorCode;
import dev.latchkey.client.model.IssuedTokens;
import dev.latchkey.client.model.TokenRefresh;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The tokens of the user, and their refresh: only one at a time, however many calls wait for it. */
final class Session {
    /** How long before its end a token counts as expired, in all our clients, so that it does not expire on its way. */
    private static final Duration EARLY = Duration.ofSeconds(10);

    /** Longer than any token should live, and no more nanoseconds than can be counted. */
    private static final Duration LONG = Duration.ofDays(36_500);

    private final TokenStore store;
    private final Clock clock;
    private final TokensApi tokens;
    private final LogInListeners listeners = new LogInListeners();

    /** Counts log-ins and log-outs, so that no call continues with the tokens of another user. */
    private long logIn;

    /** Null if there is none. */
    private CompletableFuture<Held> refresh;

    Session(Attempts attempts, LatchkeyOptions options) {
        this.store = options.tokenStore();
        this.clock = options.clock();
        this.tokens = new TokensApi(new Calls(attempts, this));
    }

    /**
     * The tokens of a log-in.
     *
     * @param tokens null if nobody is logged in
     */
    record Held(StoredTokens tokens, long logIn) {

        boolean isThere() {
            return tokens != null;
        }

        String accessToken() {
            return isThere() ? tokens.accessToken() : null;
        }

        private boolean canBeRefreshed() {
            return isThere() && tokens.refreshToken() != null;
        }

        private boolean isExpiredAt(Instant time) {
            return !time.isBefore(tokens.expiresAt());
        }
    }

    /** The current tokens, expired or not. */
    synchronized Held held() {
        return new Held(store.load().orElse(null), logIn);
    }

    /** Logs in. The result of a refresh in flight is discarded then. */
    void begin(String username, Supplier<IssuedTokens> issue) {
        Instant before = clock.instant();
        StoredTokens begun = stored(username, issue.get(), before);
        synchronized (this) {
            replace();
            store.save(begun);
        }
        listeners.tell(username());
    }

    void forget(Held held) {
        synchronized (this) {
            if (held.logIn == logIn) {
                replace();
                store.clear();
            }
        }
        listeners.tell(username());
    }

    /** Empty if nobody is logged in. */
    Optional<String> username() {
        return Optional.ofNullable(held().tokens()).map(StoredTokens::username);
    }

    Runnable listen(Consumer<Optional<String>> listener) {
        return listeners.listen(username(), listener);
    }

    private void replace() {
        logIn++;
        refresh = null;
    }

    /**
     * The tokens for a call, refreshed if they are about to expire. Without a refresh token, an old token is sent nevertheless, because the clock
     * here may be wrong. If the log-in ends meanwhile, these are the old tokens, so that the call is not made as the next user.
     */
    Held current() throws InterruptedException {
        Held held = held();
        if (!held.canBeRefreshed() || !held.isExpiredAt(clock.instant().plus(EARLY))) {
            return held;
        }
        Held next = next(held);
        return next.isThere() ? next : held;
    }

    /** How long it is until these are to be refreshed; empty if they cannot be, or should have been already, since they do not live that long. */
    Optional<Duration> untilRefresh(Held held) {
        return Optional.of(held)
                .filter(Held::canBeRefreshed)
                .map(it -> Duration.between(
                        clock.instant().plus(EARLY), it.tokens().expiresAt()))
                .filter(left -> left.compareTo(Duration.ZERO) > 0)
                .map(left -> left.compareTo(LONG) < 0 ? left : LONG);
    }

    /** Whether nobody has logged in or out since. */
    synchronized boolean isCurrent(Held held) {
        return held.logIn == logIn;
    }

    /** The tokens that replace refused ones, of the same log-in; empty if that has ended. */
    Held next(Held stale) throws InterruptedException {
        while (true) {
            CompletableFuture<Held> running;
            boolean isMine = false;
            synchronized (this) {
                Held now = held();
                if (now.logIn != stale.logIn || !now.canBeRefreshed()) {
                    return new Held(null, now.logIn);
                }
                if (!now.equals(stale)) {
                    return now;
                }
                if (refresh == null) {
                    refresh = new CompletableFuture<>();
                    isMine = true;
                }
                running = refresh;
            }
            if (isMine) {
                return refresh(stale, running);
            }
            try {
                return running.get();
            } catch (ExecutionException e) {
                throw (RuntimeException) e.getCause();
            } catch (CancellationException e) {
                // Only the thread that refreshed was interrupted, not this one.
            }
        }
    }

    private Held refresh(Held stale, CompletableFuture<Held> mine) {
        try {
            Held next = refresh(stale);
            mine.complete(next);
            return next;
        } catch (RuntimeException e) {
            if (!(e.getCause() instanceof InterruptedException)) {
                mine.completeExceptionally(e);
            }
            throw e;
        } finally {
            synchronized (this) {
                if (refresh == mine) {
                    refresh = null;
                }
            }
            mine.cancel(false);
        }
    }

    private Held refresh(Held stale) {
        Instant before = clock.instant();
        try {
            TokenRefresh request =
                    new TokenRefresh().refreshToken(stale.tokens().refreshToken());
            StoredTokens next = stored(
                    stale.tokens().username(), tokens.refreshToken(request).getData(), before);
            return keep(stale, next);
        } catch (LatchkeyException e) {
            if (isRefused(e) && held().equals(stale)) {
                forget(stale);
            }
            throw e;
        }
    }

    /** Includes a malformed refresh token: a retry would not help. */
    private static boolean isRefused(LatchkeyException e) {
        return e.getCode() == ErrorCode.INVALID_REFRESH_TOKEN || e.getCode() == ErrorCode.INVALID_REQUEST;
    }

    private synchronized Held keep(Held stale, StoredTokens next) {
        if (held().equals(stale)) {
            store.save(next);
        }
        return logIn == stale.logIn ? held() : new Held(null, logIn);
    }

    private static StoredTokens stored(String username, IssuedTokens issued, Instant before) {
        if (issued == null || issued.getAccessToken() == null || issued.getExpiresIn() == null) {
            throw LatchkeyException.unanswered(
                    ErrorKind.UNUSABLE_ANSWER,
                    "The answer to the log-in has no token, and so is not one of a Latchkey server.",
                    null);
        }
        return new StoredTokens(
                issued.getAccessToken(), before.plusSeconds(issued.getExpiresIn()), issued.getRefreshToken(), username);
    }
}
