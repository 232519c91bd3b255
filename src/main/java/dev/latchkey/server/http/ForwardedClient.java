package dev.latchkey.server.http;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;

/**
 * Sets the remote address of a request from trusted proxies to that of the client, for {@code getRemoteAddr()}, the request log and
 * everything else.
 *
 * <p>Jetty's own {@code ForwardedRequestCustomizer} trusts every sender of the header, and its leftmost entry.
 */
final class ForwardedClient implements HttpConfiguration.Customizer {
    private static final String HEADER = "X-Forwarded-For";

    private final TrustedProxies proxies;

    ForwardedClient(TrustedProxies proxies) {
        this.proxies = proxies;
    }

    @Override
    public Request customize(Request request, HttpFields.Mutable responseHeaders) {
        ConnectionMetaData connection = request.getConnectionMetaData();
        List<String> forwardedFor = request.getHeaders().getValuesList(HEADER);
        if (forwardedFor.isEmpty() || !(connection.getRemoteSocketAddress() instanceof InetSocketAddress peer)) {
            return request;
        }
        InetAddress client = proxies.client(peer.getAddress(), forwardedFor);
        // The port is that of the peer, since the client's is unknown. Unresolved, so that nothing looks up its name in
        // DNS.
        SocketAddress from = InetSocketAddress.createUnresolved(InetAddresses.toAddrString(client), peer.getPort());
        return new From(request, from);
    }

    private static final class From extends Request.Wrapper {
        private final ConnectionMetaData connection;

        From(Request request, SocketAddress from) {
            super(request);
            connection = new ConnectionMetaData.Wrapper(request.getConnectionMetaData()) {
                @Override
                public SocketAddress getRemoteSocketAddress() {
                    return from;
                }
            };
        }

        @Override
        public ConnectionMetaData getConnectionMetaData() {
            return connection;
        }
    }
}
