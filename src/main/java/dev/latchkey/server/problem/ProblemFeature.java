package dev.latchkey.server.problem;

import jakarta.validation.ValidationException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Feature;
import jakarta.ws.rs.core.FeatureContext;

/** Registers the error mapping with JAX-RS, in place of every framework's own. */
public final class ProblemFeature implements Feature {
    private final ErrorBodies bodies;

    public ProblemFeature(ErrorBodies bodies) {
        this.bodies = bodies;
    }

    @Override
    public boolean configure(FeatureContext context) {
        context.register(new ProblemMapper<Throwable>(bodies) {});
        // The nearest mapper wins, and the framework brings its own for these.
        context.register(new ProblemMapper<ValidationException>(bodies) {});
        context.register(new ProblemMapper<WebApplicationException>(bodies) {});
        return true;
    }
}
