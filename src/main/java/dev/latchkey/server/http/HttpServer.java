package dev.latchkey.server.http;

import dev.latchkey.server.contract.EnforcedContract;
import dev.latchkey.server.http.transfer.BodyRules;
import dev.latchkey.server.http.transfer.TransferHandler;
import dev.latchkey.server.problem.ErrorBodies;
import dev.latchkey.server.problem.ErrorPages;
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
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;

/** Configures Dropwizard's server for the contract, whatever its configuration says. */
public final class HttpServer {

    /**
     * Keys may contain {@code /}, {@code %} and any other character, percent-encoded. Permissions do not depend on paths here, so such
     * a path cannot bypass one.
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

    private HttpServer() {}

    /**
     * Prepares the server that {@code server} describes.
     *
     * @param isAuthorized whether the {@code Authorization} headers of a request that needs an access token are sufficient
     */
    public static void prepare(
            DefaultServerFactory server,
            HttpSettings settings,
            CorsSettings cors,
            Environment environment,
            ServerParts parts,
            Predicate<List<String>> isAuthorized) {
        EnforcedContract contract = parts.contract().enforce(environment);
        AdmissionRules admission = new AdmissionRules(contract.limits(), isAuthorized, parts.admissions());
        LibraryLoggers.silence();
        server.setRegisterDefaultExceptionMappers(false);
        for (ConnectorFactory connector : server.getApplicationConnectors()) {
            if (connector instanceof HttpConnectorFactory http) {
                http.setUriCompliance(ENCODED_KEYS);
                http.setHttpCompliance(HttpCompliance.RFC9110);
                // It would trust every sender of such headers.
                http.setUseForwardedHeaders(false);
            }
        }
        for (ConnectorFactory connector : server.getAdminConnectors()) {
            if (connector instanceof HttpConnectorFactory http && http.getBindHost() == null) {
                http.setBindHost("127.0.0.1");
            }
        }

        RequestsInFlight requests = new RequestsInFlight();
        environment.getApplicationContext().getServletHandler().setDecodeAmbiguousURIs(true);
        environment
                .servlets()
                .addFilter("request", new RequestFilter(requests))
                .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
        admit(admission, parts.refusals(), contract.errors(), environment);
        parts.concurrencyLimits().forEach((paths, max) -> limitConcurrency(environment, contract.errors(), max, paths));
        environment.jersey().replace(JerseyContainer::new);
        environment.jersey().register(new SingleReadingFilter(parts.directories()));
        environment.jersey().register(new OperationFeature());
        environment.jersey().register(new RequestInLog.UserFilter());
        environment.jersey().register(new RefusedJsonFilter());
        environment.jersey().register(new PlainJsonTypeFilter());
        environment.jersey().register(new OptionsFilter());
        environment.jersey().register(new BrokenResponseInterceptor());
        environment.jersey().register(new OpenResponse.PartWriter());

        HttpMetrics measured = new HttpMetrics(parts.metrics(), contract.operations());

        BodyRules rules = new ContractBodyRules(contract.operations(), admission);
        environment.getApplicationContext().insertHandler(transfers(rules, settings, environment));
        if (cors.isOn()) {
            environment.getApplicationContext().insertHandler(CrossOrigin.handler(cors));
        }
        Draining draining = new Draining(parts.readiness(), requests, parts.atDraining());
        ErrorPages errorPages =
                new ErrorPages(contract.errors(), String.join(", ", new TreeSet<>(server.getAllowedMethods())));
        environment.lifecycle().addEventListener(new LifeCycle.Listener() {
            @Override
            public void lifeCycleStarting(LifeCycle event) {
                if (event instanceof Server starting) {
                    starting.addBean(draining);
                    TolerantConnections.install(starting, environment.metrics(), draining);
                    trust(settings.trustedProxies(), starting);
                    starting.setErrorHandler(
                            cors.isOn() ? CrossOrigin.errorPages(errorPages, cors, starting) : errorPages);
                    RequestLog log = new BoundedRequestLog(REQUEST_LOG_FORMAT, parts.unlogged());
                    starting.setRequestLog(new RequestLog.Collection(log, measured));
                }
            }

            @Override
            public void lifeCycleStopping(LifeCycle event) {
                if (event instanceof Server) {
                    // For a server that is stopped without having drained.
                    parts.atDraining().forEach(Runnable::run);
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
        // At least enough for the largest body and the largest response, whatever is configured.
        long maxBytes = Math.max(settings.transferMemory().toBytes(), 2 * rules.largestAnswer());
        return new TransferHandler(rules, maxBytes, timer, environment.metrics());
    }

    private static void admit(
            AdmissionRules admission, LateRefusals refusals, ErrorBodies bodies, Environment environment) {
        AdmissionFilter filter = new AdmissionFilter(
                admission, refusals, bodies, environment.metrics().meter("requests.turned-away"));
        environment
                .servlets()
                .addFilter("admission", filter)
                .addMappingForUrlPatterns(
                        EnumSet.of(DispatcherType.REQUEST),
                        true,
                        admission.admissions().keySet().toArray(String[]::new));
    }

    private static void limitConcurrency(
            Environment environment, ErrorBodies bodies, int maxRequests, List<String> paths) {
        environment
                .servlets()
                .addFilter("concurrency: " + paths.get(0), new ConcurrencyLimitFilter(maxRequests, bodies))
                .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, paths.toArray(String[]::new));
    }

    private static void trust(TrustedProxies proxies, Server server) {
        if (proxies.isEmpty()) {
            return;
        }
        ForwardedClient forwardedClient = new ForwardedClient(proxies);
        for (HttpConnectionFactory http : server.getContainedBeans(HttpConnectionFactory.class)) {
            http.getHttpConfiguration().addCustomizer(forwardedClient);
        }
    }
}
