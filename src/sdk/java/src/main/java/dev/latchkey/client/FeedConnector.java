package dev.latchkey.client;

import java.time.Duration;

/** Opens the streams of a feed, one after the other, as long as the user of its beginning is logged in. */
final class FeedConnector {
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;

    private final Attempts attempts;
    private final Session session;
    private final Duration silence;
    private final boolean values;
    private final BackOff backOff = new BackOff();

    /** Whose changes it follows; empty if nobody was logged in. */
    private final String owner;

    /** The last log-in that is known to be the owner's. */
    private Session.Held logIn;

    /** What the last stream asked for. */
    private Duration retry = Duration.ZERO;

    /** Null if it may connect at once. */
    private Duration pause;

    /** The tokens that were refused; null if there are none. */
    private Session.Held stale;

    FeedConnector(Attempts attempts, Session session, Duration silence, boolean values) {
        this.attempts = attempts;
        this.session = session;
        this.silence = silence;
        this.values = values;
        this.logIn = session.held();
        this.owner = logIn.isThere() ? Owner.of(logIn.tokens()) : "";
    }

    /** Opens the next stream; waits and tries again as long as that can help, and throws if it cannot. */
    FeedStream open(long since) throws InterruptedException {
        Operation operation = operation(since);
        int refusals = 0;
        while (true) {
            if (pause != null) {
                attempts.pause(operation, pause);
                pause = null;
            }
            try {
                Session.Held held = tokens();
                Opened opened = attempts.open(operation, held.accessToken(), silence);
                if (opened.chunks() != null) {
                    return new FeedStream(opened.chunks(), held, silence, session.untilRefresh(held));
                }
                if (!opened.answer().isTokenRefused() || refusals++ > 0) {
                    throw opened.answer().isSuccess()
                            ? LatchkeyException.unusable(label(), opened.answer(), null)
                            : LatchkeyException.refused(label(), opened.answer());
                }
                stale = held;
            } catch (LatchkeyException e) {
                if (!isTransient(e)) {
                    throw e;
                }
                pause = backOff.next(longer(retry, e.getRetryAfter().orElse(Duration.ZERO)));
            }
        }
    }

    /** An event has arrived. */
    void works(FeedStream stream) {
        backOff.reset();
        retry = stream.retry().orElse(retry);
        requireLogIn();
    }

    /** The stream is over. */
    void lost(FeedStream stream) {
        retry = stream.retry().orElse(retry);
        attempts.log(operation(0), stream.reason());
        if (!stream.isDue()) {
            pause = backOff.next(retry);
        }
    }

    /** The server does not want the token of the stream any more. It is replaced without a pause, unless that has just been done in vain. */
    void refused(FeedStream stream, boolean atOnce) {
        stale = stream.held();
        if (!atOnce) {
            pause = backOff.next(retry);
        }
    }

    private void requireLogIn() {
        if (!session.isCurrent(logIn)) {
            logIn = requireOwner(session.held());
        }
    }

    /** Nobody gets the changes of another user. */
    private Session.Held requireOwner(Session.Held held) {
        if (!held.isThere() || !Owner.of(held.tokens()).equals(owner)) {
            throw LatchkeyException.notLoggedIn();
        }
        return held;
    }

    private Session.Held tokens() throws InterruptedException {
        requireLogIn();
        boolean isStale = stale != null && session.isCurrent(stale);
        Session.Held held = isStale ? session.next(stale) : session.current();
        requireLogIn();
        // Where there is nothing to refresh with, the server says what is wrong.
        Session.Held usable = isStale && !held.isThere() ? stale : held;
        stale = null;
        return requireOwner(usable);
    }

    private static boolean isTransient(LatchkeyException e) {
        return switch (e.getKind()) {
            case NO_ANSWER -> !(e.getCause() instanceof InterruptedException);
            case TIMEOUT -> true;
            default -> e.getStatus() == TOO_MANY_REQUESTS || e.getStatus() >= SERVER_ERROR;
        };
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private Operation operation(long since) {
        return new Operation("readChanges", "GET", "/api/changes", Repeat.ALWAYS)
                .accept(Opened.EVENT_STREAM)
                .query("since", since)
                .query("values", values ? null : false);
    }

    /** The name of the call in messages. */
    String label() {
        return attempts.label(operation(0));
    }
}
