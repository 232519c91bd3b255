package dev.latchkey.server.metrics;

import io.prometheus.metrics.exporter.servlet.jakarta.PrometheusMetricsServlet;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.QuotedQualityCSV;

/**
 * Answers clients that ask for one of Prometheus' formats. All others get what was there before, Dropwizard's JSON: browsers and curl,
 * which take anything, and who names JSON first.
 */
final class PrometheusFilter extends HttpFilter {
    private static final long serialVersionUID = 1;

    private static final String JSON = "application/json";
    private static final Set<String> FORMATS =
            Set.of("text/plain", "application/openmetrics-text", "application/vnd.google.protobuf");

    private final transient PrometheusMetricsServlet prometheus;

    PrometheusFilter(PrometheusRegistry registry) {
        this.prometheus = new PrometheusMetricsServlet(registry);
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        response.setHeader(HttpHeader.VARY.asString(), HttpHeader.ACCEPT.asString());
        if (wantsPrometheus(request)) {
            prometheus.service(request, response);
        } else {
            chain.doFilter(request, response);
        }
    }

    /** Whether a format of Prometheus is the first that we have in the client's order of preference. */
    private static boolean wantsPrometheus(HttpServletRequest request) {
        QuotedQualityCSV accepted = new QuotedQualityCSV();
        request.getHeaders(HttpHeader.ACCEPT.asString()).asIterator().forEachRemaining(accepted::addValue);
        return accepted.getValues().stream()
                .map(range -> HttpField.stripParameters(range).toLowerCase(Locale.ROOT))
                .filter(type -> type.equals(JSON) || FORMATS.contains(type))
                .findFirst()
                .filter(FORMATS::contains)
                .isPresent();
    }
}
