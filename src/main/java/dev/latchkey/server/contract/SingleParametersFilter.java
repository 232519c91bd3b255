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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.glassfish.jersey.server.ExtendedUriInfo;

/**
 * Refuses a parameter of the contract that is given more than once, unless it is an array, and an empty one that is not a string:
 * JAX-RS would use the first of several, and treat an empty one as absent.
 */
final class SingleParametersFilter implements ContainerRequestFilter {

    private final Map<Method, List<Parameter>> parametersByOperation = new ConcurrentHashMap<>();

    @Override
    public void filter(ContainerRequestContext request) {
        Method operation = ((ExtendedUriInfo) request.getUriInfo())
                .getMatchedResourceMethod()
                .getInvocable()
                .getDefinitionMethod();
        List<Violation> violations = new ArrayList<>();
        // Looked up once: to ask a method for its parameters copies them all.
        for (Parameter parameter : parametersByOperation.computeIfAbsent(operation, SingleParametersFilter::single)) {
            List<String> values = values(parameter, request);
            if (values == null) {
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

    /** None of a page, which is no operation of the contract: those are declared by interfaces. */
    private static List<Parameter> single(Method operation) {
        return Stream.of(operation.getParameters())
                .filter(parameter -> operation.getDeclaringClass().isInterface()
                        && Elements.nameOf(parameter) != null
                        && !Collection.class.isAssignableFrom(parameter.getType()))
                .toList();
    }

    private static Violation violation(Parameter parameter, String message) {
        return new Violation(parameter, Elements.nameOf(parameter), true, message);
    }

    /** Null if it is absent. */
    private static List<String> values(Parameter parameter, ContainerRequestContext request) {
        if (parameter.isAnnotationPresent(QueryParam.class)) {
            return request.getUriInfo().getQueryParameters().get(Elements.nameOf(parameter));
        }
        return parameter.isAnnotationPresent(HeaderParam.class)
                ? request.getHeaders().get(Elements.nameOf(parameter))
                : null;
    }
}
