package dev.latchkey.server.http;

import com.codahale.metrics.jersey3.InstrumentedResourceMethodApplicationListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.servlet.ServletContainer;

/**
 * Gives JAX-RS the URIs of a request by parsing its URL once. The usual container takes it apart and puts it together twice, of parts that
 * it encodes and parses again, which takes longer than to check an access token.
 *
 * <p>Leaves out what Dropwizard adds for {@code @Timed} and the like: see {@link OperationMetrics}. Priorities are those of the annotations: one
 * that is given at a registration is not kept.
 */
final class JerseyContainer extends ServletContainer {
    private static final long serialVersionUID = 1;

    // Most requests come by the same name; whatever clients make up, it is one.
    private transient volatile Origin last = new Origin("", null);

    private final transient ResourceConfig given;
    private final transient ResourceConfig used;

    JerseyContainer(ResourceConfig configuration) {
        this(configuration, new ResourceConfig());
    }

    private JerseyContainer(ResourceConfig given, ResourceConfig used) {
        super(used);
        this.given = given;
        this.used = used;
    }

    /** Not before: until the server starts, more is registered. */
    @Override
    public void init() throws ServletException {
        used.addProperties(given.getProperties());
        used.registerClasses(given.getClasses());
        used.registerResources(given.getResources());
        given.getInstances().stream()
                .filter(part -> !(part instanceof InstrumentedResourceMethodApplicationListener))
                .forEach(used::register);
        super.init();
    }

    private record Origin(String text, URI base) {}

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        StringBuffer url = request.getRequestURL();
        int originLength = url.length() - request.getRequestURI().length();
        String query = request.getQueryString();
        if (query != null && !query.isEmpty()) {
            url.append('?').append(query);
        }
        if (!isSimple(url, originLength)) {
            super.service(request, response);
            return;
        }
        String text = url.toString();
        URI base;
        URI uri;
        try {
            base = base(text.substring(0, originLength));
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            // Such as a bad percent-encoding. The usual container knows what is to be done.
            super.service(request, response);
            return;
        }
        service(base, uri, request, response);
    }

    private URI base(String origin) {
        Origin known = last;
        if (!known.text().equals(origin)) {
            known = new Origin(origin, URI.create(origin + '/'));
            last = known;
        }
        return known.base();
    }

    /** Whether path and query have only characters that need no encoding in either (RFC 3986, section 3.3). */
    private static boolean isSimple(CharSequence url, int begin) {
        for (int i = begin; i < url.length(); i++) {
            char c = url.charAt(i);
            boolean isAlphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!isAlphanumeric && "/%-._~!$&'()*+,;=:@?".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }
}
