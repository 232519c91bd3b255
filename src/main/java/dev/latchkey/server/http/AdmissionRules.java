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
 * Which requests are worth their trouble, as far as this can be known before they are worked on.
 *
 * @param bodyLimits how large their bodies may be
 * @param isAuthorized judges the {@code Authorization} headers of a request that needs an access token
 * @param admissions by path, for {@code POST}
 */
record AdmissionRules(BodyLimits bodyLimits, Predicate<List<String>> isAuthorized, Map<String, Admission> admissions) {
    private static final String ANSWER = AdmissionRules.class.getName();

    AdmissionRules {
        admissions = Map.copyOf(admissions);
    }

    /** What the request would be answered in any case, if that is known. Each request is judged once: some limits count. */
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
