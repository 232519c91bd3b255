package dev.latchkey.server.contract;

import io.dropwizard.auth.Auth;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.glassfish.jersey.process.Inflector;
import org.glassfish.jersey.server.model.Resource;
import org.glassfish.jersey.server.model.ResourceMethod;
import org.glassfish.jersey.server.monitoring.ApplicationEvent;
import org.glassfish.jersey.server.monitoring.ApplicationEventListener;
import org.glassfish.jersey.server.monitoring.RequestEvent;
import org.glassfish.jersey.server.monitoring.RequestEventListener;
import org.glassfish.jersey.uri.UriTemplate;

/** The operations of all resources, for handlers that need them before JAX-RS matches the request. */
public final class Operations implements ApplicationEventListener {
    /** In the place of an id, for what is not in the contract. */
    public static final String OTHER = "other";

    private final BodyLimits bodyLimits;
    private final List<Consumer<Operation>> listeners = new CopyOnWriteArrayList<>();
    private volatile List<Operation> all = List.of();

    /**
     * An operation.
     *
     * @param id as in the contract; {@link #OTHER} for a page that it does not describe
     * @param name of its method, with that of its interface
     * @param isSecured whether it needs an access token
     * @param maxBody the max size of its body in bytes; 0 if it takes none
     * @param isStreamed whether it reads its body while it arrives
     */
    public record Operation(
            String id,
            String name,
            UriTemplate path,
            String method,
            boolean isSecured,
            long maxBody,
            boolean isStreamed) {}

    Operations(BodyLimits bodyLimits) {
        this.bodyLimits = bodyLimits;
    }

    /** {@code path} is as the client sent it, without the query. */
    public Optional<Operation> find(String method, String path) {
        return all.stream()
                .filter(operation -> operation.method.equals(method) && operation.path.match(path, new ArrayList<>()))
                .findFirst();
    }

    /** Calls {@code listener} with each, once they are known. To be called before the server starts. */
    public void whenKnown(Consumer<Operation> listener) {
        listeners.add(listener);
    }

    @Override
    public void onEvent(ApplicationEvent event) {
        if (event.getType() == ApplicationEvent.Type.INITIALIZATION_FINISHED) {
            all = event.getResourceModel().getRootResources().stream()
                    .flatMap(root -> operations("", root).stream())
                    .toList();
            listeners.forEach(all::forEach);
        }
    }

    @Override
    public RequestEventListener onRequest(RequestEvent event) {
        return null;
    }

    private List<Operation> operations(String parent, Resource resource) {
        String path = parent + (resource.getPath().startsWith("/") ? "" : "/") + resource.getPath();
        List<Operation> operations = new ArrayList<>();
        for (ResourceMethod method : resource.getResourceMethods()) {
            operations.add(operation(path, method));
        }
        for (Resource child : resource.getChildResources()) {
            operations.addAll(operations(path.equals("/") ? "" : path, child));
        }
        return operations;
    }

    private Operation operation(String path, ResourceMethod method) {
        Method definition = method.getInvocable().getDefinitionMethod();
        boolean isSecured = Arrays.stream(definition.getParameterAnnotations())
                .flatMap(Arrays::stream)
                .anyMatch(Auth.class::isInstance);
        return new Operation(
                id(definition).orElse(OTHER),
                definition.getDeclaringClass().getName() + '.' + definition.getName(),
                new UriTemplate(path),
                method.getHttpMethod(),
                isSecured,
                takesBody(definition) ? bodyLimits.of(definition) : 0,
                BodyLimits.isStreamed(definition));
    }

    /** The id of the operation that the method implements; empty if it is none of the contract. */
    public static Optional<String> id(Method method) {
        Class<?> resource = method.getDeclaringClass();
        // The OPTIONS methods that JAX-RS adds are inflectors.
        Stream<Class<?>> contract = Inflector.class.isAssignableFrom(resource)
                ? Stream.of()
                : Stream.concat(
                        Stream.of(resource).filter(Class::isInterface), Arrays.stream(resource.getInterfaces()));
        return contract.flatMap(api -> Arrays.stream(api.getMethods()))
                .map(Method::getName)
                .filter(method.getName()::equals)
                .findFirst();
    }

    /** As in JAX-RS, a parameter without an annotation is the body. The OPTIONS methods that JAX-RS adds take none. */
    static boolean takesBody(Method definition) {
        return !Inflector.class.isAssignableFrom(definition.getDeclaringClass())
                && Arrays.stream(definition.getParameterAnnotations()).anyMatch(Operations::isBody);
    }

    private static boolean isBody(Annotation[] annotations) {
        return Arrays.stream(annotations)
                .noneMatch(annotation -> annotation instanceof Auth
                        || annotation.annotationType().getPackageName().startsWith("jakarta.ws.rs"));
    }
}
