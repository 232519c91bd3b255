package dev.latchkey.server.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.google.common.base.Throwables;
import dev.latchkey.server.database.UnavailableException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.ConstraintViolationException;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;
import org.glassfish.jersey.server.ParamException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Maps every exception to an error of the contract. */
class ProblemMapper<E extends Throwable> implements ExceptionMapper<E> {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemMapper.class);

    private static final AtomicLong LAST_WARNING = new AtomicLong(System.nanoTime() - TimeUnit.SECONDS.toNanos(2));

    private final ErrorBodies bodies;

    @Context
    private HttpServletRequest request;

    @Context
    private ResourceInfo resource;

    ProblemMapper(ErrorBodies bodies) {
        this.bodies = bodies;
    }

    @Override
    public Response toResponse(E failure) {
        Problem problem = translate(failure);
        int status = problem.code() == ErrorCode.INVALID_REQUEST && cameTooSlowly(failure)
                ? HttpStatus.REQUEST_TIMEOUT_408
                : problem.code().status();
        Response.ResponseBuilder response = Response.status(status)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(bodies.of(problem, request.getMethod(), request.getRequestURI(), RequestId.of(request)));
        problem.headers().forEach(response::header);
        return response.build();
    }

    private static boolean cameTooSlowly(Throwable failure) {
        return failure instanceof TimeoutException
                || (failure instanceof HttpException refusal && refusal.getCode() == HttpStatus.REQUEST_TIMEOUT_408)
                || (failure.getCause() != null && cameTooSlowly(failure.getCause()));
    }

    private Problem translate(Throwable failure) {
        if (failure instanceof Problem problem) {
            if (problem.getCause() != null) {
                warn(problem.getCause());
            }
            return problem;
        }
        if (failure instanceof UnavailableException) {
            warn(failure.getCause());
            return Problem.unavailable(failure);
        }
        if (failure instanceof ConstraintViolationException invalid) {
            return Violation.problem(invalid.getConstraintViolations().stream()
                    .map(Violation::of)
                    .toList());
        }
        if (failure instanceof ParamException unreadable) {
            return Violation.problem(List.of(new Violation(
                    Elements.parameter(resource.getResourceMethod(), unreadable.getParameterName()),
                    unreadable.getParameterName(),
                    true,
                    complaint(unreadable))));
        }
        if (failure instanceof WebApplicationException answer) {
            return translate(answer.getResponse(), failure);
        }
        if ((failure instanceof ProcessingException || failure instanceof UncheckedIOException)
                && failure.getCause() != null) {
            return translate(failure.getCause());
        }
        boolean isOurs = failure instanceof JsonProcessingException;
        if (!isOurs && (failure instanceof IOException || failure instanceof HttpException)) {
            // The client disconnected, was too slow, or sent a body that is not valid HTTP.
            LOG.debug("The request could not be read", failure);
            return new Problem(ErrorCode.INVALID_REQUEST);
        }
        LOG.error("Unexpected failure", failure);
        return new Problem(ErrorCode.INTERNAL_ERROR);
    }

    private static String complaint(ParamException unreadable) {
        return Throwables.getCausalChain(unreadable).stream()
                .filter(UnreadableParameterException.class::isInstance)
                .map(Throwable::getMessage)
                .findFirst()
                .orElse("cannot be read");
    }

    /** Logs at most once a second: without its database, a busy server would log the same for every request. */
    private static void warn(Throwable cause) {
        long now = System.nanoTime();
        long last = LAST_WARNING.get();
        if (now - last > TimeUnit.SECONDS.toNanos(1) && LAST_WARNING.compareAndSet(last, now)) {
            LOG.warn("Unavailable: {}", cause.toString());
        }
    }

    /** Adds HEAD wherever there is GET: JAX-RS supports it, but lists it only for OPTIONS. */
    private static String allowed(Response answer) {
        Set<String> methods = new TreeSet<>(answer.getAllowedMethods());
        if (methods.contains(HttpMethod.GET)) {
            methods.add(HttpMethod.HEAD);
        }
        return String.join(", ", methods);
    }

    private static Problem translate(Response answer, Throwable failure) {
        return switch (answer.getStatus()) {
            case 404 -> new Problem(ErrorCode.NOT_FOUND);
            case 405 -> Problem.methodNotAllowed(allowed(answer));
            case 406 -> new Problem(ErrorCode.NOT_ACCEPTABLE);
            case 413 -> new Problem(ErrorCode.PAYLOAD_TOO_LARGE);
            case 415 -> new Problem(ErrorCode.UNSUPPORTED_MEDIA_TYPE);
            case 503 -> Problem.unavailable(failure);
            default -> {
                if (answer.getStatus() >= 500) {
                    LOG.error("Unexpected failure", failure);
                    yield new Problem(ErrorCode.INTERNAL_ERROR);
                }
                yield new Problem(ErrorCode.INVALID_REQUEST);
            }
        };
    }
}
