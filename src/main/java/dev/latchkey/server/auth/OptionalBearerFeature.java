package dev.latchkey.server.auth;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.core.HttpHeaders;
import org.glassfish.jersey.server.model.AnnotatedMethod;

/** Looks for an access token at operations that work without one, too. One that is there must be good. */
final class OptionalBearerFeature implements DynamicFeature {
    private final BearerFilter required;

    OptionalBearerFeature(BearerFilter required) {
        this.required = required;
    }

    @Override
    public void configure(ResourceInfo resource, FeatureContext context) {
        if (new AnnotatedMethod(resource.getResourceMethod()).isAnnotationPresent(CallerOptional.class)) {
            context.register(new IfGiven(required));
        }
    }

    @Priority(Priorities.AUTHENTICATION)
    private record IfGiven(BearerFilter required) implements ContainerRequestFilter {
        @Override
        public void filter(ContainerRequestContext request) {
            if (request.getHeaders().containsKey(HttpHeaders.AUTHORIZATION)) {
                required.filter(request);
            }
        }
    }
}
