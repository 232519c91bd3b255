package dev.latchkey.server.problem;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Writes an error of the contract where a request does not get as far as JAX-RS. */
public final class ProblemResponse {
    private ProblemResponse() {}

    /** The headers of every answer, and those of limits, are there already. */
    public static void write(
            Problem problem, HttpServletRequest request, HttpServletResponse response, ObjectMapper mapper)
            throws IOException {
        byte[] body = mapper.writeValueAsBytes(ErrorBody.of(problem, request.getRequestURI(), RequestId.of(request)));
        response.setStatus(problem.code().status());
        problem.headers().forEach(response::setHeader);
        response.setContentType("application/json");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
