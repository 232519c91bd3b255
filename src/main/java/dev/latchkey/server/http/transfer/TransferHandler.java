package dev.latchkey.server.http.transfer;

import com.codahale.metrics.MetricRegistry;
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
 * waits for a client, except for one that writes a long stream.
 *
 * <p>The body of a refused request is read and discarded, within bounds: most clients send all of it before they read the response.
 */
public final class TransferHandler extends Handler.Wrapper {
    private static final long CHECK_MILLIS = 250;

    private final BodyRules rules;
    private final Transfers transfers;
    private final Turns turns;
    private final ScheduledExecutorService timer;
    private ScheduledFuture<?> checks;
    private IncomingBody.Shared bodies;

    /** Keeps at most {@code maxBytes} of bodies and responses in memory. A quarter of it may be in large bodies that are being handled. */
    public TransferHandler(BodyRules rules, long maxBytes, ScheduledExecutorService timer, MetricRegistry metrics) {
        this.rules = rules;
        this.transfers = new Transfers(maxBytes, timer, metrics);
        this.turns = new Turns(maxBytes / 4);
        this.timer = timer;
    }

    @Override
    protected void doStart() throws Exception {
        bodies = new IncomingBody.Shared(getHandler(), rules, transfers, turns);
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
        request.setAttribute(Outflow.class.getName(), answer);
        if (!hasBody(request)) {
            return super.handle(request, answer, sent);
        }
        return new IncomingBody(request, answer, sent, bodies).begin();
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
