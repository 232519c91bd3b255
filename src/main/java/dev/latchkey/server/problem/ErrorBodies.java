package dev.latchkey.server.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latchkey.api.model.ErrorCodeBody;
import dev.latchkey.api.model.ErrorResponseBody;
import dev.latchkey.api.model.FieldErrorBody;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Makes the bodies of errors. */
public final class ErrorBodies {
    private final ObjectMapper mapper;
    private final Map<String, Map<ErrorCode, String>> ownWords;

    /** {@code ownWords} are messages by path, or by method, space and path, and by code, where they differ from the usual ones. */
    public ErrorBodies(ObjectMapper mapper, Map<String, Map<ErrorCode, String>> ownWords) {
        this.mapper = mapper;
        this.ownWords = Map.copyOf(ownWords);
    }

    /** {@code method} and {@code path} are those of the request. */
    ErrorResponseBody of(Problem problem, String method, String path, String requestId) {
        String message = Stream.of(method + " " + path, path)
                .map(place -> ownWords.getOrDefault(place, Map.of()).get(problem.code()))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(problem.code().message());
        return new ErrorResponseBody()
                .code(ErrorCodeBody.valueOf(problem.code().name()))
                .message(message)
                .errors(fieldErrors(problem.invalidFields()))
                .requestId(requestId)
                .revision(problem.revision());
    }

    byte[] json(Problem problem, String method, String path, String requestId) throws JsonProcessingException {
        return mapper.writeValueAsBytes(of(problem, method, path, requestId));
    }

    /** Writes the response to a request that does not reach JAX-RS. The common headers and those of limits are set already. */
    public void write(Problem problem, HttpServletRequest request, HttpServletResponse response) throws IOException {
        byte[] body = json(problem, request.getMethod(), request.getRequestURI(), RequestId.of(request));
        response.setStatus(problem.code().status());
        problem.headers().forEach(response::setHeader);
        response.setContentType("application/json");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /** Null if there are none. */
    public static List<FieldErrorBody> fieldErrors(List<InvalidField> invalidFields) {
        return invalidFields.isEmpty()
                ? null
                : invalidFields.stream()
                        .map(invalid ->
                                new FieldErrorBody().field(invalid.name()).message(invalid.message()))
                        .toList();
    }
}
