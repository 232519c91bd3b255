package dev.latchkey.cli;

import dev.latchkey.cli.Finding.Weight;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.core.server.ServerFactory;
import io.dropwizard.jetty.ConnectorFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** The ports that the server listens on. */
final class Ports {
    private static final int FIRST_FOR_EVERYBODY = 1024;

    private final SettingSources sources;
    private final List<Port> taken = new ArrayList<>();
    private final List<ServerSocketChannel> channels = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();

    private final BooleanSupplier isRunning;

    private Ports(SettingSources sources, BooleanSupplier isRunning) {
        this.sources = sources;
        this.isRunning = isRunning;
    }

    /** {@code setting} is that of the connector. */
    private record Port(String setting, HttpConnectorFactory connector) {
        String number() {
            return setting + ".port";
        }

        String host() {
            return setting + ".bindHost";
        }

        InetSocketAddress address() {
            return connector.getBindHost() == null
                    ? new InetSocketAddress(connector.getPort())
                    : new InetSocketAddress(connector.getBindHost(), connector.getPort());
        }

        boolean collidesWith(Port other) {
            return connector.getPort() != 0
                    && connector.getPort() == other.connector.getPort()
                    && (address().equals(other.address()) || isEverywhere(address()) || isEverywhere(other.address()));
        }

        private static boolean isEverywhere(InetSocketAddress address) {
            return address.getAddress() != null && address.getAddress().isAnyLocalAddress();
        }
    }

    /**
     * Why the server could not listen on all of them now. If another process takes one before the server binds it, the start still
     * fails, only later.
     *
     * @param isTried whether to try a connector, by its setting
     * @param isRunning whether ports may be in use because the server is running already
     */
    static List<Finding> findings(
            ServerFactory server, SettingSources sources, Predicate<String> isTried, BooleanSupplier isRunning)
            throws IOException {
        if (!(server instanceof DefaultServerFactory factory)) {
            return List.of();
        }
        Ports ports = new Ports(sources, isRunning);
        try {
            ports.tryAll("server.applicationConnectors", factory.getApplicationConnectors(), isTried);
            ports.tryAll("server.adminConnectors", factory.getAdminConnectors(), isTried);
        } finally {
            for (ServerSocketChannel channel : ports.channels) {
                channel.close();
            }
        }
        return ports.findings;
    }

    private void tryAll(String list, List<ConnectorFactory> connectors, Predicate<String> isTried) throws IOException {
        for (int i = 0; i < connectors.size(); i++) {
            String setting = list + "[" + i + "]";
            // An inherited channel is bound already.
            if (connectors.get(i) instanceof HttpConnectorFactory http
                    && !http.isInheritChannel()
                    && isTried.test(setting)) {
                take(new Port(setting, http));
            }
        }
    }

    private void take(Port port) throws IOException {
        InetSocketAddress address = port.address();
        if (address.isUnresolved()) {
            add(
                    port.host(),
                    "is not known: " + port.connector().getBindHost()
                            + ": write an address of this machine, such as 127.0.0.1, or nothing for all of them");
            return;
        }
        for (Port other : taken) {
            if (port.collidesWith(other)) {
                add(
                        port.number(),
                        "is " + port.connector().getPort() + ", which is that of " + sources.named(other.number())
                                + ": write another one");
                return;
            }
        }
        taken.add(port);
        ServerSocketChannel channel = ServerSocketChannel.open();
        channels.add(channel);
        try {
            channel.setOption(
                    StandardSocketOptions.SO_REUSEADDR, port.connector().isReuseAddress());
            channel.bind(address);
        } catch (IOException e) {
            cannotBind(port, address, e);
        }
    }

    private void cannotBind(Port port, InetSocketAddress address, IOException failure) throws IOException {
        if (!isHere(address.getAddress())) {
            add(
                    port.host(),
                    "is no address of this machine: " + address.getHostString()
                            + ": write one, such as 127.0.0.1, or nothing for all of them");
            return;
        }
        if (isRunning.getAsBoolean()) {
            findings.add(sources.finding(
                    Weight.NOTICE,
                    port.number(),
                    "is in use, and a Latchkey is running here: all is well if it is the one of this configuration"));
            return;
        }
        add(
                port.number(),
                "cannot be listened on: " + address.getPort() + ": " + failure.getMessage()
                        + ": end what listens there, or write another one"
                        + (address.getPort() < FIRST_FOR_EVERYBODY ? ", above " + (FIRST_FOR_EVERYBODY - 1) : ""));
    }

    private static boolean isHere(InetAddress address) throws IOException {
        return address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || NetworkInterface.getByInetAddress(address) != null;
    }

    private void add(String setting, String text) {
        findings.add(sources.finding(Weight.WRONG, setting, text));
    }
}
