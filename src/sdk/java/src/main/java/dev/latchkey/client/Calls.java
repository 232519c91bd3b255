package dev.latchkey.client;

import dev.latchkey.client.model.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Sends the generated operations with the user's token, and turns every failure into a {@link LatchkeyException}. */
final class Calls {
    private static final int NOT_FOUND = 404;
    private static final byte[] AS_BY_DEFAULT = "{}".getBytes(StandardCharsets.UTF_8);

    private final Attempts attempts;
    private final Session session;
    private final boolean repeats;

    Calls(Attempts attempts, Session session) {
        this(attempts, session, false);
    }

    private Calls(Attempts attempts, Session session, boolean repeats) {
        this.attempts = attempts;
        this.session = session;
        this.repeats = repeats;
    }

    /** For calls that do no harm if they are done twice: they are retried wherever that may help. */
    Calls repeating() {
        return new Calls(attempts, session, true);
    }

    <T> T call(Operation operation, Class<T> type) {
        if (repeats) {
            operation.repeatAlways();
        }
        try {
            return operation.isAuthorized()
                    ? authorized(operation, type)
                    : result(operation, attempts.send(operation, null), type);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw LatchkeyException.interrupted(attempts.label(operation), e);
        }
    }

    /** If the token was refused, nothing was done: any call may be sent again with a new token. */
    private <T> T authorized(Operation operation, Class<T> type) throws InterruptedException {
        Session.Held held = session.current();
        if (!held.isThere()) {
            throw LatchkeyException.notLoggedIn();
        }
        Answer answer = attempts.send(operation, held.accessToken());
        if (answer.isTokenRefused()) {
            Session.Held next = session.next(held);
            if (next.isThere()) {
                held = next;
                answer = attempts.send(operation, held.accessToken());
            }
        }
        T result = result(operation, answer, type);
        if (operation.endsTheSession()) {
            session.forget(held);
        }
        return result;
    }

    private <T> T result(Operation operation, Answer answer, Class<T> type) {
        if (answer.isSuccess()) {
            return read(operation, answer, answer.body(), type);
        }
        if (isGoneAsWanted(operation, answer)) {
            return read(operation, answer, AS_BY_DEFAULT, type);
        }
        if (answer.isNotModified() && operation.isReadIfChanged()) {
            throw LatchkeyException.notModified(attempts.label(operation), answer);
        }
        throw LatchkeyException.refused(attempts.label(operation), answer);
    }

    /** An earlier attempt, whose response was lost, may have deleted it. In any case it is gone now. With an idempotency key, the server itself knows. */
    private static boolean isGoneAsWanted(Operation operation, Answer answer) {
        return operation.isDeletion()
                && !operation.isIdempotent()
                && answer.afterUnavailable()
                && answer.status() == NOT_FOUND
                && answer.code() != ErrorCode.UNKNOWN;
    }

    private <T> T read(Operation operation, Answer answer, byte[] body, Class<T> type) {
        IOException reason = null;
        try {
            T result = Json.read(body, type, answer.etag());
            if (result != null) {
                return result;
            }
        } catch (IOException e) {
            reason = e;
        }
        throw LatchkeyException.unusable(attempts.label(operation), answer, reason);
    }
}
