package dev.latchkey.server.http.transfer;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import dev.latchkey.server.threads.Workers;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Buffers request bodies and responses for the blocking handlers behind it, which read from memory and write into memory. So no thread
 * waits for a client, except for one that reads or writes a long stream.
 *
 * <p>It never blocks itself: the handlers behind it run on {@link Workers}, a few at once.
 *
 * <p>The body of a refused request is read and discarded, within bounds: most clients send all of it before they read the response.
 */
public final class TransferHandler extends Handler.Wrapper {
    /** The metric for how many requests wait until they are handled. */
    public static final String QUEUE = "requests.waiting";

    /** How many requests may wait until they are handled; the next is answered 503. */
    static final int MAX_WAITING = 1024;

    private static final long CHECK_MILLIS = 250;

    // Some may wait for the disk or a lock, which nobody counts.
    private static final int MAX_RUNNING = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());

    private final BodyRules rules;
    private final Transfers transfers;
    private final Turns turns;
    private final MetricRegistry metrics;
    private final ScheduledExecutorService timer;
    private ScheduledFuture<?> checks;
    private Handover.Next next;
    private IncomingBody.Shared bodies;

    /** Keeps at most {@code maxBytes} of bodies and responses in memory. A quarter of it may be in large bodies that are being handled. */
    public TransferHandler(BodyRules rules, long maxBytes, ScheduledExecutorService timer, MetricRegistry metrics) {
        this.rules = rules;
        this.transfers = new Transfers(maxBytes, timer, metrics);
        this.turns = new Turns(maxBytes / 4);
        this.timer = timer;
        this.metrics = metrics;
    }

    @Override
    protected void doStart() throws Exception {
        Workers workers = new Workers(getServer().getThreadPool(), MAX_RUNNING, MAX_WAITING, timer);
        metrics.register(QUEUE, (Gauge<Integer>) workers::queueLength);
        next = new Handover.Next(getHandler(), workers, turns);
        bodies = new IncomingBody.Shared(next, rules, transfers);
        super.doStart();
        checks = timer.scheduleWithFixedDelay(
                () -> transfers.timeOutSlowOnes(System.nanoTime()), CHECK_MILLIS, CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    protected void doStop() throws Exception {
        checks.cancel(false);
        super.doStop();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        QueuedResponse answer = new QueuedResponse(request, response, transfers, rules.largestAnswer());
        Callback sent = answer.onceSent(callback);
        request.setAttribute(Outflow.class.getName(), answer.outflow());
        if (hasBody(request)) {
            new IncomingBody(request, answer, sent, bodies).begin();
        } else {
            Handover handover = new Handover(next, request, answer, sent);
            handover.later(() -> handover.handle(request));
        }
        return true;
    }

    private static boolean hasBody(Request request) {
        for (HttpField field : request.getHeaders()) {
            if (field.getHeader() == HttpHeader.TRANSFER_ENCODING) {
                return true;
            }
            if (field.getHeader() == HttpHeader.CONTENT_LENGTH && !"0".equals(field.getValue())) {
                return true;
            }
        }
        return false;
    }
}
