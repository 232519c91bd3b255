package dev.latchkey.server.tls;

import dev.latchkey.server.http.ServerParts;
import io.dropwizard.core.setup.Environment;
import io.prometheus.metrics.model.snapshots.Unit;
import java.time.Clock;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.DetectorConnectionFactory;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Puts TLS before HTTP/1.1 on the application's port. The admin port is as it was. */
public final class Tls {
    private static final Duration LOOK = Duration.ofSeconds(1);

    private static final String[] VERSIONS = {"TLSv1.2", "TLSv1.3"};

    /** All of TLS 1.3; of TLS 1.2 those with forward secrecy and authenticated encryption (RFC 9325, section 4.2). */
    private static final String[] CIPHERS = {
        "TLS_(AES|CHACHA20)_.*", "TLS_ECDHE_(ECDSA|RSA)_WITH_(AES_(128|256)_GCM|CHACHA20_POLY1305)_SHA(256|384)"
    };

    private Tls() {}

    /**
     * Adds what the settings ask for.
     *
     * @throws TlsException if the certificate or its key cannot be used
     */
    public static void addTo(ServerParts parts, Environment environment, TlsSettings settings, Clock clock) {
        DoubleSupplier expiry = settings.isOn() ? turnOn(parts, environment, settings, clock) : () -> Double.NaN;
        parts.metrics()
                .gauge(
                        "latchkey_tls_certificate_expiry_timestamp",
                        Unit.SECONDS,
                        "When the certificate of the server expires, in Unix time; NaN without TLS.",
                        expiry);
    }

    private static DoubleSupplier turnOn(
            ServerParts parts, Environment environment, TlsSettings settings, Clock clock) {
        SslContextFactory.Server factory = new SslContextFactory.Server();
        factory.setIncludeProtocols(VERSIONS);
        factory.setIncludeCipherSuites(CIPHERS);
        factory.setRenegotiationAllowed(false);
        CertificateReload reload = new CertificateReload(settings, factory, clock);
        parts.maintenance().repeat(LOOK, "Cannot look after the certificate", reload::look);
        parts.readiness()
                .watch("certificate", "The certificate has expired, or a new one cannot be used.", reload::isWell);
        environment.lifecycle().addEventListener(new LifeCycle.Listener() {
            @Override
            public void lifeCycleStarting(LifeCycle event) {
                if (event instanceof Server starting) {
                    long hsts = settings.hsts() == null ? -1 : settings.hsts().toSeconds();
                    install(starting, factory, new HttpsOnly(hsts));
                }
            }
        });
        return () -> reload.current().expiry().getEpochSecond();
    }

    private static void install(Server server, SslContextFactory.Server factory, HttpsOnly httpsOnly) {
        for (Connector each : server.getConnectors()) {
            if (each instanceof ServerConnector connector
                    && "application".equals(connector.getName())
                    && connector.getConnectionFactory(SslConnectionFactory.class) == null) {
                SslConnectionFactory tls = new SslConnectionFactory(factory, HttpVersion.HTTP_1_1.asString());
                // What is not TLS goes on as HTTP, to be told so.
                connector.addFirstConnectionFactory(new DetectorConnectionFactory(tls));
                for (HttpConnectionFactory http : connector.getContainedBeans(HttpConnectionFactory.class)) {
                    http.getHttpConfiguration().addCustomizer(httpsOnly);
                }
            }
        }
    }
}
