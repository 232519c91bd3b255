package dev.latchkey.server.http;

import dev.latchkey.server.audit.AuditLog;
import dev.latchkey.server.contract.Operations;
import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import org.eclipse.jetty.server.Request;
import org.slf4j.MDC;

/** Notes which operation a request was matched with, for the lines that are logged and for the metrics. */
final class OperationFeature implements DynamicFeature {
    /** The attribute of a request that has the id of its operation, or {@link Operations#OTHER}; not set if there was no match. */
    static final String OPERATION = "dev.latchkey.operation";

    @Override
    public void configure(ResourceInfo resource, FeatureContext context) {
        context.register(new Note(Operations.id(resource.getResourceMethod()).orElse(Operations.OTHER)));
    }

    /** The id of the operation of the contract that {@code request} was matched with; null if there is none. */
    static String operation(Request request) {
        String id = (String) request.getAttribute(OPERATION);
        return Operations.OTHER.equals(id) ? null : id;
    }

    @Priority(0)
    private record Note(String id) implements ContainerRequestFilter {

        @Override
        public void filter(ContainerRequestContext request) {
            // An attribute of the servlet's request.
            request.setProperty(OPERATION, id);
            if (!id.equals(Operations.OTHER)) {
                MDC.put(AuditLog.OPERATION, id);
            }
        }
    }
}
