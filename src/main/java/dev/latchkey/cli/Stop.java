package dev.latchkey.cli;

import dev.latchkey.LatchkeyConfiguration;
import dev.latchkey.server.http.Draining;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.server.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What SIGTERM and Ctrl-C do. A requested stop that succeeds exits with 0, where a JVM that ends by a signal would exit with 143. A
 * second signal changes nothing.
 */
final class Stop {
    private static final Logger LOGGER = LoggerFactory.getLogger("latchkey");

    private final LatchkeyConfiguration configuration;
    private final Thread hook = new Thread(this::run, "stop");
    private Server server;

    private Stop(LatchkeyConfiguration configuration) {
        this.configuration = configuration;
    }

    /** To be called before the server starts, which a signal may interrupt. */
    static Stop onSignal(LatchkeyConfiguration configuration) {
        Stop stop = new Stop(configuration);
        Runtime.getRuntime().addShutdownHook(stop.hook);
        return stop;
    }

    /** {@code started} is up, and a signal from now on lets its requests finish. */
    synchronized void whenUp(Server started) {
        server = started;
    }

    /** The start has failed: the exit that follows is no requested stop. */
    void cancel() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // There was a signal as well, and it came first.
        }
    }

    private synchronized void run() {
        int status = 0;
        if (server == null) {
            // Whatever the start has done so far, the next start goes on with.
            LOGGER.info("Stopped before it was up");
        } else {
            status = drainAndStop() ? 0 : 1;
            LOGGER.info("Stopped");
        }
        // Flushes the log.
        configuration.getLoggingFactory().reset();
        Runtime.getRuntime().halt(status);
    }

    private boolean drainAndStop() {
        try {
            server.getBean(Draining.class)
                    .run(server, configuration.shutdown().drainWait().toJavaDuration());
        } catch (InterruptedException e) {
            LOGGER.warn("The wait for requests in flight was interrupted");
        }
        try {
            server.stop();
        } catch (TimeoutException e) {
            LOGGER.debug("Some requests did not finish in time", e);
        } catch (Exception e) {
            LOGGER.error("The server did not stop in order", e);
            return false;
        }
        return true;
    }
}
