package dev.latchkey.server.http;

import dev.latchkey.server.problem.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;

/** Decides before a request is processed whether it will be refused. */
@FunctionalInterface
public interface Admission {

    /** The error that the request would get in any case, if that is known. May set headers of the response. */
    Optional<Problem> refusal(HttpServletRequest request, HttpServletResponse response);
}
