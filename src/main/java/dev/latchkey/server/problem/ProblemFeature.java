package dev.latchkey.server.problem;

import jakarta.validation.ValidationException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Feature;
import jakarta.ws.rs.core.FeatureContext;

/** Registers the error mapping with JAX-RS, and so replaces those of the frameworks. */
public final class ProblemFeature implements Feature {
    private final ErrorBodies bodies;

    public ProblemFeature(ErrorBodies bodies) {
        this.bodies = bodies;
    }

    ErrorBodies bodies() {
        return bodies;
    }

    @Override
    public boolean configure(FeatureContext context) {
        context.register(new ProblemMapper<Throwable>(bodies) {});
        // JAX-RS uses the mapper of the nearest superclass, and the frameworks have mappers for these.
        context.register(new ProblemMapper<ValidationException>(bodies) {});
        context.register(new ProblemMapper<WebApplicationException>(bodies) {});
        return true;
    }
}
