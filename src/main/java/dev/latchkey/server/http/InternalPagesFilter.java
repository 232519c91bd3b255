package dev.latchkey.server.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Set;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;

/**
 * Keeps the pages of the admin port that reveal or change something inside, such as threads and tasks, for this machine itself.
 *
 * <p>It goes by the two addresses of the connection, which no header changes.
 */
final class InternalPagesFilter extends HttpFilter {
    /** Any other page is internal, also one that a later version of Dropwizard has. */
    private static final Set<String> OPEN = Set.of("/", "/healthcheck", "/metrics", "/ping");

    private static final String REFUSAL = "This page is for this machine only: ask over a loopback address, such as"
            + " 127.0.0.1. Over the network there are /healthcheck, /metrics and /ping. The setting"
            + " adminPort.exposeInternals opens the rest.\n";

    private static final long serialVersionUID = 1;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String path = request.getServletPath() + (request.getPathInfo() == null ? "" : request.getPathInfo());
        if (OPEN.contains(path) || isFromHere(request)) {
            chain.doFilter(request, response);
            return;
        }
        response.setStatus(HttpServletResponse.SC_FORBIDDEN);
        response.setContentType("text/plain;charset=utf-8");
        response.getWriter().print(REFUSAL);
    }

    private static boolean isFromHere(HttpServletRequest request) {
        EndPoint connection = ServletContextRequest.getServletContextRequest(request)
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint();
        // A wrapper has the addresses that a proxy reports.
        while (connection instanceof EndPoint.Wrapper wrapper) {
            connection = wrapper.unwrap();
        }
        return isLoopback(connection.getRemoteSocketAddress()) && isLoopback(connection.getLocalSocketAddress());
    }

    private static boolean isLoopback(SocketAddress address) {
        return address instanceof InetSocketAddress internet
                && internet.getAddress() != null
                && internet.getAddress().isLoopbackAddress();
    }
}
