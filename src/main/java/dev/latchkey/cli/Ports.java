package dev.latchkey.cli;

import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.core.server.ServerFactory;
import io.dropwizard.jetty.ConnectorFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The ports that the server listens on. */
final class Ports {
    private Ports() {}

    /**
     * Checks that the server could listen on all of them now. If another process takes one before the server binds it, the start still
     * fails with the same message, only later.
     *
     * @throws IOException with the message and the cause that Jetty would give
     */
    static void requireFree(ServerFactory server) throws IOException {
        if (!(server instanceof DefaultServerFactory ports)) {
            return;
        }
        List<ServerSocketChannel> taken = new ArrayList<>();
        try {
            for (ConnectorFactory connector : Stream.of(ports.getApplicationConnectors(), ports.getAdminConnectors())
                    .flatMap(List::stream)
                    .toList()) {
                // An inherited channel is bound already.
                if (connector instanceof HttpConnectorFactory http && !http.isInheritChannel()) {
                    ServerSocketChannel channel = ServerSocketChannel.open();
                    // All stay bound until the end, so that a port that is configured twice is found.
                    taken.add(channel);
                    take(channel, http);
                }
            }
        } finally {
            for (ServerSocketChannel channel : taken) {
                channel.close();
            }
        }
    }

    private static void take(ServerSocketChannel channel, HttpConnectorFactory connector) throws IOException {
        InetSocketAddress address = connector.getBindHost() == null
                ? new InetSocketAddress(connector.getPort())
                : new InetSocketAddress(connector.getBindHost(), connector.getPort());
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, connector.isReuseAddress());
            channel.bind(address);
        } catch (IOException | UnresolvedAddressException e) {
            throw new IOException("Failed to bind to " + address, e);
        }
    }
}
