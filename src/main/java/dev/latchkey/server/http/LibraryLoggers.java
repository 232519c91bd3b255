package dev.latchkey.server.http;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Keeps out of the log what the libraries would write there on behalf of whoever sends it: as long as the sender likes, in the
 * sender's words, or with a stack trace for each connection that is reset.
 *
 * <p>Here and not in {@code config.yml}, since it depends on the libraries in the jar, and a configuration stays when the jar
 * is replaced. A configuration that gives one of these loggers a level by its name, for somebody who looks for a fault,
 * still has its way.
 */
final class LibraryLoggers {
    /** None of them has anything else to say, or only what is answered or logged by ourselves as well. */
    private static final List<String> ECHOING = List.of(
            // An authority that cannot be parsed, from a request line or a Host header.
            "org.eclipse.jetty.util.HostPort",
            // Both of two Host headers.
            "org.eclipse.jetty.http.HttpParser",
            // The path of a request that failed. ErrorPages logs those that are not the client's fault.
            "org.eclipse.jetty.ee10.servlet.ServletChannel",
            // Where a connection is lost while its request waits or is answered, and the stack trace of that.
            "org.eclipse.jetty.ee10.servlet.ServletChannelState",
            "org.eclipse.jetty.io.WriteFlusher",
            // The URI of a form without a body.
            "org.glassfish.jersey.servlet.WebComponent",
            // What a client accepts, where several methods would do.
            "org.glassfish.jersey.server.internal.routing.AbstractMethodSelectingRouter");

    private LibraryLoggers() {}

    /** To be called once the configuration has set up the log. */
    static void quieten() {
        for (String name : ECHOING) {
            Logger logger = (Logger) LoggerFactory.getLogger(name);
            if (logger.getLevel() == null) {
                logger.setLevel(Level.OFF);
            }
        }
    }
}
