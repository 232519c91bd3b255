package dev.latchkey.server.contract;

import dev.latchkey.server.problem.Elements;
import dev.latchkey.server.problem.Violation;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.glassfish.jersey.server.ExtendedUriInfo;

/**
 * Refuses a parameter that is given more than once, where there is one, and an empty one where a number or the like is wanted:
 * JAX-RS would take the first, and take the empty one for none.
 */
public final class SingleParametersFilter implements ContainerRequestFilter {

    @Override
    public void filter(ContainerRequestContext request) {
        Method resource = ((ExtendedUriInfo) request.getUriInfo())
                .getMatchedResourceMethod()
                .getInvocable()
                .getDefinitionMethod();
        List<Violation> violations = new ArrayList<>();
        for (Parameter parameter : Elements.operation(resource).orElse(resource).getParameters()) {
            List<String> values = values(parameter, request);
            if (Collection.class.isAssignableFrom(parameter.getType()) || values == null) {
                continue;
            }
            if (values.size() > 1) {
                violations.add(violation(parameter, "must be given once"));
            } else if (values.get(0).isEmpty() && parameter.getType() != String.class) {
                violations.add(violation(parameter, "must not be empty"));
            }
        }
        if (!violations.isEmpty()) {
            throw Violation.problem(violations);
        }
    }

    private static Violation violation(Parameter parameter, String message) {
        return new Violation(parameter, Elements.nameOf(parameter), true, message);
    }

    /** Null where it is not given. */
    private static List<String> values(Parameter parameter, ContainerRequestContext request) {
        if (parameter.isAnnotationPresent(QueryParam.class)) {
            return request.getUriInfo().getQueryParameters().get(Elements.nameOf(parameter));
        }
        return parameter.isAnnotationPresent(HeaderParam.class)
                ? request.getHeaders().get(Elements.nameOf(parameter))
                : null;
    }
}
