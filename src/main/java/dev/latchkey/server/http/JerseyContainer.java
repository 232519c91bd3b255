package dev.latchkey.server.http;

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
 */
final class JerseyContainer extends ServletContainer {
    private static final long serialVersionUID = 1;

    // Most requests come by the same name; whatever clients make up, it is one.
    private transient volatile Origin last = new Origin("", null);

    JerseyContainer(ResourceConfig configuration) {
        super(configuration);
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
