package dev.latchkey.server.http;

import dev.latchkey.server.audit.AuditLog;
import dev.latchkey.server.problem.RequestId;
import jakarta.servlet.http.HttpServletRequest;
import org.slf4j.MDC;

/** As long as a thread works on a request: its id and its client's address are in every line that the thread logs. */
final class RequestInLog implements AutoCloseable {
    private RequestInLog() {}

    static RequestInLog begin(HttpServletRequest request) {
        MDC.put(AuditLog.REQUEST_ID, RequestId.assign(request));
        MDC.put(AuditLog.CLIENT, request.getRemoteAddr());
        return new RequestInLog();
    }

    @Override
    public void close() {
        MDC.remove(AuditLog.REQUEST_ID);
        MDC.remove(AuditLog.CLIENT);
    }
}
