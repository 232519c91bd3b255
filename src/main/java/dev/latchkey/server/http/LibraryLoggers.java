package dev.latchkey.server.http;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Silences loggers of libraries that clients can make log at will: texts from requests, of any length, or a stack trace for each
 * connection that is reset.
 *
 * <p>This is not in {@code config.yml}, since it depends on the libraries in the jar, and operators keep their configuration when they
 * replace the jar. A configuration that sets the level of one of these loggers by name still takes precedence.
 */
final class LibraryLoggers {
    /** Whatever else they log is also in a response or in our own log. */
    private static final List<String> ECHOING = List.of(
            // An authority that cannot be parsed, of a request line or a Host header.
            "org.eclipse.jetty.util.HostPort",
            // Both of two Host headers.
            "org.eclipse.jetty.http.HttpParser",
            // The path of a request that failed. ErrorPages logs those that are not the client's fault.
            "org.eclipse.jetty.ee10.servlet.ServletChannel",
            // A stack trace for each connection that is lost while its request waits or is served.
            "org.eclipse.jetty.ee10.servlet.ServletChannelState",
            "org.eclipse.jetty.io.WriteFlusher",
            // The URI of a form without a body.
            "org.glassfish.jersey.servlet.WebComponent",
            // The Accept header, if several methods match.
            "org.glassfish.jersey.server.internal.routing.AbstractMethodSelectingRouter");

    private LibraryLoggers() {}

    /** To be called after the configuration has set up logging. */
    static void silence() {
        for (String name : ECHOING) {
            Logger logger = (Logger) LoggerFactory.getLogger(name);
            if (logger.getLevel() == null) {
                logger.setLevel(Level.OFF);
            }
        }
    }
}
