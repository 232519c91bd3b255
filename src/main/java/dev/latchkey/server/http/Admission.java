package dev.latchkey.server.http;

import dev.latchkey.server.problem.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;

/** Whether a request is worth looking at. */
@FunctionalInterface
public interface Admission {

    /** Why it is not: what it would be answered in any case. May set headers of the response. */
    Optional<Problem> refusal(HttpServletRequest request, HttpServletResponse response);
}
