package dev.latchkey.testing;

import com.codahale.metrics.MetricRegistry;
import dev.latchkey.LatchkeyApplication;
import dev.latchkey.LatchkeyConfiguration;
import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.server.http.Draining;
import io.dropwizard.testing.DropwizardTestSupport;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Latchkey as it is, with the {@code config.yml} of the project, on ports and a database of its own. */
public final class ServerExtension implements BeforeAllCallback, AfterAllCallback {
    private static final Map<Engine, ServerExtension> SHARED = new EnumMap<>(Engine.class);

    private static final List<String> LIMITS = List.of(
            "logInFailuresPerAccount",
            "logInFailuresPerAddress",
            "registrationsPerAddress",
            "requestsPerUser",
            "mailsPerMailbox",
            "mailsPerAccount",
            "mailsPerAddress",
            "mails",
            "codesPerAddress");

    private final Engine engine;
    private final boolean limited;
    private final String[] settings;
    private DatabaseSettings database;
    private DropwizardTestSupport<LatchkeyConfiguration> server;

    /**
     * {@code settings} are pairs of a path in {@code config.yml} and a value. What is not named is as it is there; only the limits
     * are off, since all tests come from one address.
     */
    public ServerExtension(Engine engine, String... settings) {
        this(engine, false, settings);
    }

    private ServerExtension(Engine engine, boolean limited, String... settings) {
        this.engine = engine;
        this.limited = limited;
        this.settings = settings;
    }

    /** Another server on this one's database, not started yet; {@link #stop} ends it. */
    public ServerExtension another() {
        ServerExtension another = new ServerExtension(engine, settings);
        another.database = database;
        return another;
    }

    /** The same with the limits of {@code config.yml}. */
    public static ServerExtension limited(Engine engine, String... settings) {
        return new ServerExtension(engine, true, settings);
    }

    /** The server for tests that neither break it nor need it set up specially; Jetty stops it when the JVM ends. */
    public static synchronized ServerExtension shared(Engine engine) {
        return SHARED.computeIfAbsent(engine, missing -> {
            ServerExtension server = new ServerExtension(engine);
            try {
                server.beforeAll(null);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            return server;
        });
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        database = engine.newStore();
        start();
    }

    /** Starts the server on the database that it had, or on a new one. */
    public void start() throws Exception {
        Map<String, String> values = new HashMap<>(Map.of(
                "server.applicationConnectors[0].port", "0",
                "server.applicationConnectors[0].bindHost", "127.0.0.1",
                "server.adminConnectors[0].port", "0",
                "server.shutdownGracePeriod", "5s",
                "database.url", database.url(),
                "database.user", database.user() == null ? "" : database.user(),
                "logging.loggers.requests", "WARN",
                "logging.loggers.audit", "WARN",
                "logging.loggers.com\\.networknt", "ERROR"));
        if (!limited) {
            LIMITS.forEach(limit -> values.put("limits." + limit, "off"));
        }
        for (int i = 0; i < settings.length; i += 2) {
            values.put(settings[i], settings[i + 1]);
        }
        server = new DropwizardTestSupport<>(
                LatchkeyApplication.class,
                "config.yml",
                (String) null,
                application -> new TestCommand(application, values));
        server.before();
    }

    /** Stops the server as a signal does; the database stays. */
    public void stop() {
        Server jetty = server.getEnvironment().getApplicationContext().getServer();
        List<EndPoint> left = jetty != null && jetty.isRunning() ? drain(jetty) : List.of();
        try {
            server.after();
        } catch (RuntimeException e) {
            throw new IllegalStateException("These connections did not end: " + left, e);
        }
    }

    /** Jetty alone gives a connection that it accepts while it stops more time than it may take. */
    private static List<EndPoint> drain(Server jetty) {
        try {
            jetty.getBean(Draining.class).run(jetty, Duration.ZERO);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Arrays.stream(jetty.getConnectors())
                .flatMap(connector -> connector.getConnectedEndPoints().stream())
                .toList();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        stop();
    }

    /** A client that sees to it that every answer is one of the contract. */
    public Api api() {
        return new Api(URI.create("http://127.0.0.1:" + port()));
    }

    /** Where clients other than {@link Api} find the server; Prism is before it where it is on. */
    public URI address() {
        return Prism.before(URI.create("http://127.0.0.1:" + port()));
    }

    public URI admin() {
        return URI.create("http://127.0.0.1:" + server.getAdminPort());
    }

    /** What was registered with JAX-RS of this class. */
    public <T> T jerseyInstance(Class<T> type) {
        return server.getEnvironment().jersey().getResourceConfig().getInstances().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }

    /** What Dropwizard measures of it. */
    public MetricRegistry metrics() {
        return server.getEnvironment().metrics();
    }

    public int port() {
        return server.getLocalPort();
    }

    public DatabaseSettings database() {
        return database;
    }
}
