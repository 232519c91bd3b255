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

    // Looked up once: reflection copies all parameters and annotations at each call.
    private final Map<Method, List<Single>> parametersByOperation = new ConcurrentHashMap<>();

    /** A parameter that is no array. */
    private record Single(Parameter element, String name, boolean isQuery, boolean mayBeEmpty) {

        static Single of(Parameter parameter) {
            return new Single(
                    parameter,
                    Elements.nameOf(parameter),
                    parameter.isAnnotationPresent(QueryParam.class),
                    parameter.getType() == String.class);
        }

        /** Null if it is absent. */
        List<String> values(ContainerRequestContext request) {
            return isQuery
                    ? request.getUriInfo().getQueryParameters().get(name)
                    : request.getHeaders().get(name);
        }

        Violation violation(String message) {
            return new Violation(element, name, true, message);
        }
    }

    @Override
    public void filter(ContainerRequestContext request) {
        Method operation = ((ExtendedUriInfo) request.getUriInfo())
                .getMatchedResourceMethod()
                .getInvocable()
                .getDefinitionMethod();
        List<Violation> violations = new ArrayList<>();
        for (Single parameter : parametersByOperation.computeIfAbsent(operation, SingleParametersFilter::single)) {
            List<String> values = parameter.values(request);
            if (values == null) {
                continue;
            }
            if (values.size() > 1) {
                violations.add(parameter.violation("must be given once"));
            } else if (values.get(0).isEmpty() && !parameter.mayBeEmpty()) {
                violations.add(parameter.violation("must not be empty"));
            }
        }
        if (!violations.isEmpty()) {
            throw Violation.problem(violations);
        }
    }

    /** None of a page, which is no operation of the contract: those are declared by interfaces. */
    private static List<Single> single(Method operation) {
        return Stream.of(operation.getParameters())
                .filter(parameter -> operation.getDeclaringClass().isInterface()
                        && (parameter.isAnnotationPresent(QueryParam.class)
                                || parameter.isAnnotationPresent(HeaderParam.class))
                        && !Collection.class.isAssignableFrom(parameter.getType()))
                .map(Single::of)
                .toList();
    }
}
