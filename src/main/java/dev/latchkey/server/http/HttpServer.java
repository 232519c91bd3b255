package dev.latchkey.server.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.latchkey.server.contract.BodyLimits;
import dev.latchkey.server.contract.DeclaredBodyFilter;
import dev.latchkey.server.contract.JsonBodyInterceptor;
import dev.latchkey.server.contract.Operations;
import dev.latchkey.server.contract.SingleParametersFilter;
import dev.latchkey.server.http.transfer.BodyRules;
import dev.latchkey.server.http.transfer.TransferHandler;
import dev.latchkey.server.problem.ErrorBodies;
import dev.latchkey.server.problem.ErrorPages;
import dev.latchkey.server.problem.ProblemFeature;
import dev.latchkey.server.problem.RequestId;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jetty.ConnectorFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Predicate;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.CustomRequestLog;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;

/** Makes Dropwizard's server speak the contract and nothing else, whatever its configuration says. */
public final class HttpServer {

    /**
     * Keys may hold {@code /}, {@code %} and any other character, percent-encoded. Paths carry no permissions here, so that
     * these cannot lead past one.
     */
    private static final UriCompliance ENCODED_KEYS = UriCompliance.RFC3986.with(
            "encoded-keys",
            UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
            UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING,
            UriCompliance.Violation.AMBIGUOUS_PATH_SEGMENT,
            UriCompliance.Violation.SUSPICIOUS_PATH_CHARACTERS);

    /** Time, request id, client, method, path without query, protocol, status, bytes sent, milliseconds. */
    private static final String REQUEST_LOG_FORMAT = "%{yyyy-MM-dd'T'HH:mm:ss.SSS'Z'|UTC}t REQ   [%{" + RequestId.HEADER
            + "}o] %{client}a \"%m %U %H\" %s %O %{ms}T";

    private static final long MAX_BODY_BYTES = 64 << 10;

    private HttpServer() {}

    /**
     * Prepares the server that {@code server} describes.
     *
     * @param isAuthorized judges the {@code Authorization} headers of a request that needs an access token
     */
    public static void prepare(
            DefaultServerFactory server,
            HttpSettings settings,
            CorsSettings cors,
            Environment environment,
            ServerParts parts,
            Predicate<List<String>> isAuthorized) {
        BodyLimits bodyLimits = new BodyLimits(MAX_BODY_BYTES, parts.maxBodyBytes());
        AdmissionRules admission = new AdmissionRules(bodyLimits, isAuthorized, parts.admissions());
        LibraryLoggers.quieten();
        server.setRegisterDefaultExceptionMappers(false);
        for (ConnectorFactory connector : server.getApplicationConnectors()) {
            if (connector instanceof HttpConnectorFactory http) {
                http.setUriCompliance(ENCODED_KEYS);
                http.setHttpCompliance(HttpCompliance.RFC9110);
                // It would believe whoever sends such headers.
                http.setUseForwardedHeaders(false);
            }
        }
        for (ConnectorFactory connector : server.getAdminConnectors()) {
            if (connector instanceof HttpConnectorFactory http && http.getBindHost() == null) {
                http.setBindHost("127.0.0.1");
            }
        }

        ObjectMapper mapper = environment.getObjectMapper();
        mapper.setSerializationInclusion(JsonInclude.Include.NON_NULL);
        // RFC 3339, as the contract's date-time.
        mapper.disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

        environment.getApplicationContext().getServletHandler().setDecodeAmbiguousURIs(true);
        environment
                .servlets()
                .addFilter("request", new RequestFilter())
                .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
        ErrorBodies bodies = new ErrorBodies(mapper, parts.words());
        turnAway(admission, bodies, environment);
        parts.atOnceByPaths().forEach((paths, atOnce) -> limit(environment, bodies, atOnce, paths));
        environment.jersey().register(new ProblemFeature(bodies));
        environment.jersey().register(new JsonBodyInterceptor(environment.getValidator(), bodyLimits));
        environment.jersey().register(new DeclaredBodyFilter(bodyLimits));
        environment.jersey().register(new SingleParametersFilter());
        environment.jersey().register(new SingleReadingFilter());
        environment.jersey().register(new RefusedJsonFilter());
        environment.jersey().register(new PlainJsonTypeFilter());
        environment.jersey().register(new OptionsFilter());
        environment.jersey().register(new BrokenResponseInterceptor());

        Operations operations = new Operations(bodyLimits);
        environment.jersey().register(operations);
        BodyRules rules = new ContractBodyRules(operations, admission);
        environment.getApplicationContext().insertHandler(transfers(rules, settings, environment));
        if (cors.isOn()) {
            environment.getApplicationContext().insertHandler(CrossOrigin.handler(cors));
        }
        ErrorPages errorPages = new ErrorPages(bodies, String.join(", ", new TreeSet<>(server.getAllowedMethods())));
        environment.lifecycle().addEventListener(new LifeCycle.Listener() {
            @Override
            public void lifeCycleStarting(LifeCycle event) {
                if (event instanceof Server starting) {
                    TolerantConnections.install(starting, environment.metrics());
                    believe(settings.trustedProxies(), starting);
                    starting.setErrorHandler(
                            cors.isOn() ? CrossOrigin.errorPages(errorPages, cors, starting) : errorPages);
                    starting.setRequestLog(new CustomRequestLog(new BoundedRequestLog(), REQUEST_LOG_FORMAT));
                }
            }
        });
    }

    private static TransferHandler transfers(BodyRules rules, HttpSettings settings, Environment environment) {
        ScheduledExecutorService timer = environment
                .lifecycle()
                .scheduledExecutorService("transfers-%d")
                .threads(1)
                .build();
        // Enough for the largest body with the largest answer to it, however little was asked for.
        long maxBytes = Math.max(settings.transferMemory().toBytes(), 2 * rules.largestAnswer());
        return new TransferHandler(rules, maxBytes, timer, environment.metrics());
    }

    private static void turnAway(AdmissionRules admission, ErrorBodies bodies, Environment environment) {
        ScheduledExecutorService timer = environment
                .lifecycle()
                .scheduledExecutorService("turned-away-%d")
                .threads(1)
                .build();
        AdmissionFilter turnstile = new AdmissionFilter(
                admission, timer, bodies, environment.metrics().meter("requests.turned-away"));
        environment
                .servlets()
                .addFilter("turnstile", turnstile)
                .addMappingForUrlPatterns(
                        EnumSet.of(DispatcherType.REQUEST),
                        true,
                        admission.admissions().keySet().toArray(String[]::new));
    }

    private static void limit(Environment environment, ErrorBodies bodies, int atOnce, List<String> paths) {
        environment
                .servlets()
                .addFilter("at once: " + paths.get(0), new ConcurrencyLimitFilter(atOnce, bodies))
                .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, paths.toArray(String[]::new));
    }

    private static void believe(TrustedProxies proxies, Server server) {
        if (proxies.isEmpty()) {
            return;
        }
        ForwardedClient forwardedClient = new ForwardedClient(proxies);
        for (HttpConnectionFactory http : server.getContainedBeans(HttpConnectionFactory.class)) {
            http.getHttpConfiguration().addCustomizer(forwardedClient);
        }
    }
}
