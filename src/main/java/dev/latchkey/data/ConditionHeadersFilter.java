package dev.latchkey.data;

import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.InvalidField;
import dev.latchkey.server.problem.Problem;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MultivaluedMap;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes one value of the condition headers that are given on several lines, since they are lists (RFC 9110, section 5.3).
 *
 * <p>{@link Refusal} refuses them where an operation does not take them: to ignore a condition would lose somebody's update.
 */
@PreMatching
final class ConditionHeadersFilter implements ContainerRequestFilter {
    private static final List<String> CONDITIONS = List.of(HttpHeaders.IF_MATCH, HttpHeaders.IF_NONE_MATCH);

    @Override
    public void filter(ContainerRequestContext request) {
        MultivaluedMap<String, String> headers = request.getHeaders();
        for (String name : CONDITIONS) {
            List<String> values = headers.get(name);
            if (values != null && values.size() > 1) {
                headers.putSingle(name, String.join(", ", values));
            }
        }
    }

    /** Refuses condition headers at the operations of this room that do not declare them. */
    static final class Refusal implements DynamicFeature {

        @Override
        public void configure(ResourceInfo resource, FeatureContext context) {
            if (resource.getResourceClass() == DataResource.class && !takesConditions(resource.getResourceMethod())) {
                context.register((ContainerRequestFilter) Refusal::refuse);
            }
        }

        /** The parameters' names are on the interface that was generated from the contract. */
        private static boolean takesConditions(Method implemented) {
            return Arrays.stream(implemented.getDeclaringClass().getInterfaces())
                    .flatMap(api -> Arrays.stream(api.getMethods()))
                    .filter(method -> method.getName().equals(implemented.getName()))
                    .flatMap(method -> Stream.of(method.getParameters()))
                    .anyMatch(parameter -> parameter.isAnnotationPresent(HeaderParam.class)
                            && CONDITIONS.contains(
                                    parameter.getAnnotation(HeaderParam.class).value()));
        }

        private static void refuse(ContainerRequestContext request) {
            List<InvalidField> refused = CONDITIONS.stream()
                    .filter(name -> request.getHeaderString(name) != null)
                    .map(name -> new InvalidField(name, "is not supported here"))
                    .toList();
            if (!refused.isEmpty()) {
                throw new Problem(ErrorCode.INVALID_REQUEST, refused);
            }
        }
    }
}
