package dev.latchkey.server.http;

import dev.latchkey.server.problem.RequestId;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The requests that are not wholly answered yet. */
final class RequestsInFlight {
    private final Set<Started> started = ConcurrentHashMap.newKeySet();

    /** By identity: a client may give several requests the same id. */
    private static final class Started {
        private final String method;
        private final String uri;
        private final String id;
        private final long since = System.nanoTime();

        Started(HttpServletRequest request) {
            method = request.getMethod();
            uri = request.getRequestURI();
            id = RequestId.assign(request);
        }

        @Override
        public String toString() {
            return BoundedRequestLog.printable(method + " " + uri) + " (" + id + "), begun "
                    + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since) + " s ago";
        }
    }

    /** Adds the request until the last byte of its response is sent, or it fails. */
    void add(HttpServletRequest request) {
        Started begun = new Started(request);
        started.add(begun);
        AtEnd.of(request, () -> started.remove(begun));
    }

    /** One line for each. */
    List<String> lines() {
        return started.stream().map(Started::toString).toList();
    }
}
