package dev.latchkey.server.http.transfer;

import dev.latchkey.server.threads.Workers;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Hands one request over to the next handler, large ones when it is their turn. */
final class Handover {
    private final Next next;
    private final Request request;
    private final Response response;
    private final Callback callback;

    /** The next handler, the threads that it runs on, and the turns of large requests. */
    record Next(Handler handler, Workers workers, Turns turns) {}

    Handover(Next next, Request request, Response response, Callback callback) {
        this.next = next;
        this.request = request;
        this.response = response;
        this.callback = callback;
    }

    /** As {@link Handler#handle}. */
    interface Step {
        boolean run() throws Exception;
    }

    boolean handle(Request withBody) throws Exception {
        return next.handler().handle(withBody, response, callback);
    }

    /** With a body that the next handler reads while it arrives. */
    boolean handleStreamed(StreamedBody streamed) throws Exception {
        try (Workers.Wait ignored = Workers.waiting()) {
            return next.handler().handle(streamed, response, streamed.beforeEnd(callback));
        }
    }

    /** Now, or once others have had their turn; returns true if the request has been handled or will be. */
    boolean handleInTurn(Request withBody, int size) throws Exception {
        Turns.Turn turn = next.turns().begin(size, () -> later(() -> inTurn(withBody, size)));
        if (turn == Turns.Turn.NOW) {
            return inTurn(withBody, size);
        }
        if (turn == Turns.Turn.NEVER) {
            answer(noMemory());
        }
        return true;
    }

    private boolean inTurn(Request withBody, int size) throws Exception {
        AtomicBoolean isOver = new AtomicBoolean();
        Runnable end = () -> {
            if (!isOver.getAndSet(true)) {
                next.turns().end(size);
            }
        };
        boolean isHandled = false;
        try {
            // It may be handled when this thread has gone on with others.
            isHandled = next.handler().handle(withBody, response, Callback.from(end, callback));
            return isHandled;
        } finally {
            if (!isHandled) {
                end.run();
            }
        }
    }

    /** On another thread: the next handler may block, and this one must not. False if there is none; the client is then told 503. */
    boolean later(Step step) {
        try {
            next.workers().execute(() -> request.getContext().run(() -> run(step), request));
            return true;
        } catch (RejectedExecutionException busy) {
            answer(new HttpException.RuntimeException(HttpStatus.SERVICE_UNAVAILABLE_503, "No thread", busy));
            return false;
        }
    }

    private void run(Step step) {
        try {
            if (!step.run()) {
                Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
            }
        } catch (Throwable failure) {
            answer(failure);
        }
    }

    static HttpException.RuntimeException noMemory() {
        return new HttpException.RuntimeException(HttpStatus.SERVICE_UNAVAILABLE_503, "No memory");
    }

    void answer(Throwable failure) {
        Response.writeError(request, response, callback, failure);
    }
}
