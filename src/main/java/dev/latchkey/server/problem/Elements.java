package dev.latchkey.server.problem;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the generated Java element of a member or a parameter of the contract. */
public final class Elements {
    private Elements() {}

    /** The getter of the member {@code name} of the JSON, or null. */
    public static AnnotatedElement member(Class<?> body, String name) {
        return Stream.of(body.getMethods())
                .filter(method -> method.getParameterCount() == 0
                        && method.isAnnotationPresent(JsonProperty.class)
                        && method.getAnnotation(JsonProperty.class).value().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** The element type of an array, which is a member or a parameter; or null. */
    public static AnnotatedElement elementsOf(AnnotatedElement array) {
        AnnotatedType type = null;
        if (array instanceof Method getter) {
            type = getter.getAnnotatedReturnType();
        } else if (array instanceof Parameter parameter) {
            type = parameter.getAnnotatedType();
        }
        return type instanceof AnnotatedParameterizedType list ? list.getAnnotatedActualTypeArguments()[0] : null;
    }

    /** Null if it is about neither a member nor a parameter. */
    static AnnotatedElement of(ConstraintViolation<?> found) {
        AnnotatedElement parameter = null;
        String member = null;
        boolean isElement = false;
        Path.MethodNode method = null;
        for (Path.Node node : found.getPropertyPath()) {
            if (node.getKind() == ElementKind.METHOD) {
                method = node.as(Path.MethodNode.class);
            } else if (node.getKind() == ElementKind.PARAMETER && method != null) {
                parameter = parameter(
                        found.getRootBeanClass(),
                        method,
                        node.as(Path.ParameterNode.class).getParameterIndex());
            }
            if (node.getKind() == ElementKind.PROPERTY) {
                member = node.getName();
            }
            isElement = node.getKind() == ElementKind.CONTAINER_ELEMENT;
        }
        AnnotatedElement whole =
                member == null ? parameter : member(found.getLeafBean().getClass(), member);
        return isElement ? elementsOf(whole) : whole;
    }

    /** The parameter {@code name} of the operation that {@code implemented} implements, or null. */
    public static AnnotatedElement parameter(Method implemented, String name) {
        return operation(implemented)
                .flatMap(operation -> Stream.of(operation.getParameters())
                        .filter(parameter -> name.equals(nameOf(parameter)))
                        .findFirst())
                .orElse(null);
    }

    /** Its name in the contract, or null for a body or a caller. */
    public static String nameOf(AnnotatedElement parameter) {
        if (parameter.isAnnotationPresent(QueryParam.class)) {
            return parameter.getAnnotation(QueryParam.class).value();
        }
        if (parameter.isAnnotationPresent(HeaderParam.class)) {
            return parameter.getAnnotation(HeaderParam.class).value();
        }
        return parameter.isAnnotationPresent(PathParam.class)
                ? parameter.getAnnotation(PathParam.class).value()
                : null;
    }

    /** The operation of the contract that a method implements. */
    private static Optional<Method> operation(Method implemented) {
        return declared(implemented.getDeclaringClass(), implemented.getName(), implemented.getParameterTypes());
    }

    /** Constraints and names are on the interface that a resource implements. */
    private static AnnotatedElement parameter(Class<?> resource, Path.MethodNode called, int index) {
        Class<?>[] types = called.getParameterTypes().toArray(Class<?>[]::new);
        return declared(resource, called.getName(), types)
                .map(method -> (AnnotatedElement) method.getParameters()[index])
                .orElse(null);
    }

    private static Optional<Method> declared(Class<?> resource, String name, Class<?>[] types) {
        return Arrays.stream(resource.getInterfaces())
                .flatMap(type -> Stream.of(type.getMethods()))
                .filter(method -> method.getName().equals(name) && Arrays.equals(method.getParameterTypes(), types))
                .findFirst();
    }

    /** Its name in the contract: Dropwizard prefixes it with its kind, and describes a body by a sentence, which gives "". */
    static String parameterName(String name) {
        for (String kind : new String[] {"path param ", "query param ", "header ", "cookie "}) {
            if (name.startsWith(kind)) {
                return name.substring(kind.length());
            }
        }
        return "";
    }
}
