package dev.latchkey.server.http;

import dev.latchkey.server.audit.AuditLog;
import dev.latchkey.server.contract.Operations;
import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import org.slf4j.MDC;

/** Notes which operation a request was matched with, for the lines that are logged and for the metrics. */
final class OperationFeature implements DynamicFeature {
    /** The attribute of a request that has the id of its operation. */
    static final String OPERATION = "dev.latchkey.operation";

    @Override
    public void configure(ResourceInfo resource, FeatureContext context) {
        Operations.id(resource.getResourceMethod()).ifPresent(id -> context.register(new Note(id)));
    }

    @Priority(0)
    private record Note(String id) implements ContainerRequestFilter {

        @Override
        public void filter(ContainerRequestContext request) {
            // An attribute of the servlet's request.
            request.setProperty(OPERATION, id);
            MDC.put(AuditLog.OPERATION, id);
        }
    }
}
