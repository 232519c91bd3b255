package dev.latchkey.server.http;

import dev.latchkey.server.threads.Workers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HostPortHttpField;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.Callback;

/**
 * An HTTP/1.1 connection that passes some requests on to the API which Jetty would refuse, and remembers method and path of those that
 * it refuses itself.
 */
final class TolerantConnection extends HttpConnection {
    private static final String UNREADABLE_METHOD = "BAD";
    private static final String UNREADABLE_PATH = "/badMessage";
    private static final Pattern NUL = Pattern.compile("%00");

    private final Draining draining;

    // Set by the superclass constructor, so it must not have an initializer.
    private Headers headers;

    TolerantConnection(HttpConfiguration configuration, Connector connector, EndPoint endPoint, Draining draining) {
        super(configuration, connector, endPoint);
        this.draining = draining;
    }

    /**
     * The thread that sees what arrived reads it by itself: no handler blocks before it hands a request over to another thread. With TLS
     * one has to be woken for it, because a handshake takes the processor for long.
     */
    @Override
    public void fillInterested(Callback callback) {
        super.fillInterested(getEndPoint().isSecure() ? callback : new NonBlocking(callback));
    }

    /**
     * After a response, the worker that has made it looks for the next request, once it has nothing else to do: no thread is woken for it,
     * and most likely it has arrived by then.
     */
    @Override
    protected Executor getExecutor() {
        Workers workers = getEndPoint().isSecure() ? null : Workers.current();
        return workers == null ? super.getExecutor() : workers::executeAfter;
    }

    private static final class NonBlocking extends Callback.Nested {
        NonBlocking(Callback callback) {
            super(callback);
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }

    @Override
    protected HttpConnection.RequestHandler newRequestHandler() {
        headers = new Headers();
        return headers;
    }

    @Override
    protected HttpParser newHttpParser(HttpCompliance compliance) {
        // checkedHost is strict again, except for what is valid.
        HttpCompliance anyHost = compliance.with("any-host", HttpCompliance.Violation.UNSAFE_HOST_HEADER);
        HttpParser parser =
                new RequestLineParser(headers, getHttpConfiguration().getRequestHeaderSize(), anyHost);
        // A cache is a table of some 50 KiB for each connection that stays open, and the header that pays, the token,
        // does not fit.
        parser.setHeaderCacheSize(0);
        return parser;
    }

    @Override
    protected HttpStreamOverHTTP1 newHttpStream(String method, String uri, HttpVersion version) {
        if (headers.isRefused) {
            RequestLine line = ((RequestLineParser) getParser()).line();
            return new LastStream(line.method, line.path, version);
        }
        return new LastStream(method, withoutNul(uri), version);
    }

    /** While the server drains, what is in flight is not idle: it has as long as the server gives it. */
    @Override
    public boolean onIdleExpired(TimeoutException timeout) {
        boolean isBetweenRequests =
                getHttpChannel().getRequest() == null && getParser().isIdle();
        return (isBetweenRequests || !draining.isOn()) && super.onIdleExpired(timeout);
    }

    /** While the server drains, each request is the last one of its connection. */
    private final class LastStream extends HttpStreamOverHTTP1 {
        LastStream(String method, String uri, HttpVersion version) {
            super(method, uri, version);
        }

        @Override
        public void prepareResponse(HttpFields.Mutable headers) {
            if (draining.isOn()) {
                headers.put(HttpFields.CONNECTION_CLOSE);
            }
            super.prepareResponse(headers);
        }
    }

    /** Replaces NUL by another control character, so that the API refuses the key; Jetty would refuse it before authorization. */
    private static String withoutNul(String uri) {
        if (!uri.contains("%00")) {
            return uri;
        }
        int query = uri.indexOf('?');
        String path = query < 0 ? uri : uri.substring(0, query);
        return NUL.matcher(path).replaceAll("%01") + uri.substring(path.length());
    }

    private final class Headers extends HttpConnection.RequestHandler {
        private boolean isRefused;
        private String checkedHost;
        private HttpField host;

        @Override
        public void parsedHeader(HttpField field) {
            if (field.getHeader() == HttpHeader.UPGRADE) {
                // There is nothing to upgrade to, with or without "Connection: Upgrade" (RFC 9110, section 7.8).
                return;
            }
            super.parsedHeader(field.getHeader() == HttpHeader.HOST ? checkedHost(field) : field);
        }

        /** The port may be empty (RFC 3986, section 3.2.3). */
        private HttpField checkedHost(HttpField field) {
            String value = field.getValue();
            if (value == null || value.isEmpty()) {
                return field;
            }
            if (!value.equals(checkedHost)) {
                boolean hasEmptyPort = value.length() > 1 && value.endsWith(":") && !value.endsWith("::");
                host = new HostPortHttpField(hasEmptyPort ? value.substring(0, value.length() - 1) : value);
                checkedHost = value;
            }
            return host;
        }

        @Override
        public void badMessage(HttpException failure) {
            isRefused = true;
            super.badMessage(failure);
        }
    }

    /** The readable part of a request line that was refused. */
    private record RequestLine(String method, String path) {}

    /** Remembers the start of the request line: the error message may depend on the path, and HEAD gets no body. */
    private static final class RequestLineParser extends HttpParser {
        private static final Set<State> REQUEST_LINE =
                EnumSet.of(State.START, State.METHOD, State.SPACE1, State.URI, State.SPACE2, State.REQUEST_VERSION);
        private static final int MAX_REMEMBERED = 64;
        private static final Pattern METHOD = Pattern.compile("\\s*([A-Z]{1,16}) +");
        private static final Pattern PATH = Pattern.compile("(/|(?:/[A-Za-z0-9_-]+)+)[ ?#\\r\\n]");

        private final byte[] start = new byte[MAX_REMEMBERED];
        private int length;

        RequestLineParser(HttpParser.RequestHandler handler, int maxHeaderBytes, HttpCompliance compliance) {
            super(handler, maxHeaderBytes, compliance);
        }

        @Override
        public boolean parseNext(ByteBuffer buffer) {
            if (getState() == State.START) {
                length = 0;
            }
            if (REQUEST_LINE.contains(getState()) && length < MAX_REMEMBERED) {
                int more = Math.min(MAX_REMEMBERED - length, buffer.remaining());
                buffer.get(buffer.position(), start, length, more);
                length += more;
            }
            return super.parseNext(buffer);
        }

        RequestLine line() {
            String line = new String(start, 0, length, StandardCharsets.ISO_8859_1);
            Matcher method = METHOD.matcher(line);
            if (!method.lookingAt()) {
                return new RequestLine(UNREADABLE_METHOD, UNREADABLE_PATH);
            }
            Matcher path = PATH.matcher(line).region(method.end(), line.length());
            return new RequestLine(method.group(1), path.lookingAt() ? path.group(1) : UNREADABLE_PATH);
        }
    }
}
