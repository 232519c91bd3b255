package dev.latchkey.server.http;

import com.codahale.metrics.MetricRegistry;
import io.dropwizard.metrics.jetty12.InstrumentedConnectionFactory;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** Makes the connections of the API; replaces Jetty's own factory. */
final class TolerantConnections extends HttpConnectionFactory {

    private final Draining draining;

    private TolerantConnections(HttpConfiguration configuration, Draining draining) {
        super(configuration);
        this.draining = draining;
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        return configure(
                new TolerantConnection(getHttpConfiguration(), connector, endPoint, draining), connector, endPoint);
    }

    /** Replaces the factories that Dropwizard has installed, and keeps their metrics. {@code server} is about to start. */
    static void install(Server server, MetricRegistry metrics, Draining draining) {
        for (Connector each : server.getConnectors()) {
            if (each instanceof ServerConnector connector && "application".equals(connector.getName())) {
                for (HttpConnectionFactory jetty : connector.getContainedBeans(HttpConnectionFactory.class)) {
                    boolean isMeasured = connector.getConnectionFactory(jetty.getProtocol())
                            instanceof InstrumentedConnectionFactory;
                    HttpConnectionFactory ours = new TolerantConnections(jetty.getHttpConfiguration(), draining);
                    connector.addConnectionFactory(isMeasured ? measured(ours, connector, metrics) : ours);
                }
            }
        }
    }

    private static ConnectionFactory measured(
            HttpConnectionFactory factory, ServerConnector connector, MetricRegistry metrics) {
        String name = MetricRegistry.name(
                HttpConnectionFactory.class, connector.getHost(), Integer.toString(connector.getPort()), "connections");
        return new InstrumentedConnectionFactory(factory, metrics.timer(name));
    }
}
