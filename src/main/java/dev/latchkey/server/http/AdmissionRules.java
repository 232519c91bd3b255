package dev.latchkey.server.http;

import dev.latchkey.server.contract.BodyLimits;
import dev.latchkey.server.problem.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which requests are refused, as far as that is known before they are processed.
 *
 * @param bodyLimits the max sizes of their bodies
 * @param isAuthorized whether the {@code Authorization} headers of a request that needs an access token are sufficient
 * @param admissions by path, for {@code POST}
 */
record AdmissionRules(BodyLimits bodyLimits, Predicate<List<String>> isAuthorized, Map<String, Admission> admissions) {
    private static final String ANSWER = AdmissionRules.class.getName();

    AdmissionRules {
        admissions = Map.copyOf(admissions);
    }

    /** The error that the request would get in any case, if that is known. Evaluated once a request, because limits count it. */
    Optional<Problem> refusal(HttpServletRequest request, HttpServletResponse response) {
        Object known = request.getAttribute(ANSWER);
        if (known != null) {
            return ((Verdict) known).refusal;
        }
        Admission admission = request.getMethod().equals("POST") ? admissions.get(request.getRequestURI()) : null;
        Optional<Problem> refusal = admission == null ? Optional.empty() : admission.refusal(request, response);
        request.setAttribute(ANSWER, new Verdict(refusal));
        return refusal;
    }

    private record Verdict(Optional<Problem> refusal) {}
}
