package dev.latchkey.server.http;

import dev.latchkey.server.audit.AuditLog;
import dev.latchkey.server.problem.RequestId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import java.security.Principal;
import java.util.Collections;
import java.util.List;
import org.slf4j.MDC;

/**
 * As long as a thread works on a request: its id, its trace and its client's address are in every line that the thread logs, and its
 * operation and user once they are known.
 */
final class RequestInLog implements AutoCloseable {
    /** The attributes of a request that keep the same for its line in the request log. */
    static final String TRACE_ID = "dev.latchkey.trace-id";

    static final String USER_ID = "dev.latchkey.user-id";

    private static final List<String> KEYS =
            List.of(AuditLog.REQUEST_ID, AuditLog.CLIENT, AuditLog.TRACE_ID, AuditLog.USER_ID, AuditLog.OPERATION);

    private RequestInLog() {}

    static RequestInLog begin(HttpServletRequest request) {
        MDC.put(AuditLog.REQUEST_ID, RequestId.assign(request));
        MDC.put(AuditLog.CLIENT, request.getRemoteAddr());
        TraceParent.of(Collections.list(request.getHeaders(TraceParent.HEADER))).ifPresent(trace -> {
            MDC.put(AuditLog.TRACE_ID, trace.traceId());
            request.setAttribute(TRACE_ID, trace.traceId());
        });
        return new RequestInLog();
    }

    @Override
    public void close() {
        KEYS.forEach(MDC::remove);
    }

    /** Notes whose request it is. Runs once the caller has been checked, which it does by its priority. */
    static final class UserFilter implements ContainerRequestFilter {

        @Override
        public void filter(ContainerRequestContext request) {
            Principal user = request.getSecurityContext().getUserPrincipal();
            if (user != null) {
                request.setProperty(USER_ID, user.getName());
                MDC.put(AuditLog.USER_ID, user.getName());
            }
        }
    }
}
