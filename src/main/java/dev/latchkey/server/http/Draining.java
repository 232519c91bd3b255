package dev.latchkey.server.http;

import dev.latchkey.server.health.Readiness;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a server leaves: it says that it is not ready, goes on for a while, accepts no more connections, and answers whatever comes over
 * those that it has, until they are gone.
 *
 * <p>From the beginning each response asks its client to close the connection (RFC 9112, section 9.6). Jetty alone would answer 503 to
 * requests on connections that are still open.
 */
public final class Draining {
    private static final Logger LOG = LoggerFactory.getLogger(Draining.class);

    private static final long POLL_MILLIS = 10;

    /** A connection that was just accepted is not counted for a moment. */
    private static final int POLLS_WITHOUT_CONNECTION = 10;

    private static final int MAX_LINES = 20;

    private final Readiness readiness;
    private final RequestsInFlight requests;
    private final List<Runnable> atBegin;
    private volatile boolean isOn;

    /** {@code atBegin} is done when it begins, and must not throw. */
    Draining(Readiness readiness, RequestsInFlight requests, List<Runnable> atBegin) {
        this.readiness = readiness;
        this.requests = requests;
        this.atBegin = atBegin;
    }

    boolean isOn() {
        return isOn;
    }

    /**
     * Drains the application port of {@code server}, so that it can be stopped. Afterwards the stop timeout of the server is what is left
     * of it.
     *
     * @param wait how long to accept connections
     * @throws InterruptedException if interrupted while it waits; the server can be stopped all the same
     */
    public void run(Server server, Duration wait) throws InterruptedException {
        readiness.shutDown();
        isOn = true;
        atBegin.forEach(Runnable::run);
        if (!wait.isZero()) {
            LOG.info("Not ready any more; accepting connections for {} s more", wait.toMillis() / 1000.0);
            TimeUnit.NANOSECONDS.sleep(wait.toNanos());
        }
        long grace = server.getStopTimeout();
        long begun = System.nanoTime();
        List<ServerConnector> connectors = Arrays.stream(server.getConnectors())
                .filter(connector -> "application".equals(connector.getName()))
                .map(ServerConnector.class::cast)
                .toList();
        // Not shutdown(): from then on Jetty closes each connection after its response, also where the header has not
        // said so, and the
        // client's next request would be lost.
        connectors.forEach(ServerConnector::close);
        if (!areEmpty(connectors)) {
            LOG.info("Accepting no more connections; requests in flight have {} s to finish", grace / 1000.0);
        }
        int polls = 0;
        while (polls < POLLS_WITHOUT_CONNECTION && millisSince(begun) < grace) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            polls = areEmpty(connectors) ? polls + 1 : 0;
        }
        reportRest(millisSince(begun));
        server.setStopTimeout(Math.max(1, grace - millisSince(begun)));
    }

    private static boolean areEmpty(List<ServerConnector> connectors) {
        for (ServerConnector connector : connectors) {
            // Idle connections are closed, also one that was accepted just now.
            connector
                    .getConnectedEndPoints()
                    .forEach(connection -> connection.setIdleTimeout(connector.getShutdownIdleTimeout()));
        }
        return connectors.stream()
                .allMatch(connector -> connector.getConnectedEndPoints().isEmpty());
    }

    private void reportRest(long waitedMillis) {
        List<String> rest = requests.lines();
        rest.stream()
                .limit(MAX_LINES)
                .forEach(line -> LOG.warn("Cut off after a wait of {} s: {}", waitedMillis / 1000.0, line));
        if (rest.size() > MAX_LINES) {
            LOG.warn("Cut off with them: {} more requests", rest.size() - MAX_LINES);
        }
    }

    private static long millisSince(long begun) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    }
}
