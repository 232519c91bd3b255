package dev.latchkey.server.http;

import dev.latchkey.server.contract.DeclaredBodyFilter;
import dev.latchkey.server.contract.Operations;
import dev.latchkey.server.http.transfer.BodyRules;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/**
 * Accepts bodies up to the max size of the operation in the contract. Where that needs an access token, a body is accepted only with a
 * valid one; none is accepted if the request is refused for other reasons.
 */
final class ContractBodyRules implements BodyRules {
    private final Operations operations;
    private final AdmissionRules admission;
    private final long largestAnswer;

    ContractBodyRules(Operations operations, AdmissionRules admission) {
        this.operations = operations;
        this.admission = admission;
        this.largestAnswer =
                admission.bodyLimits().largest() + admission.bodyLimits().standard();
    }

    @Override
    public long standardBytes() {
        return admission.bodyLimits().standard();
    }

    @Override
    public Rule of(Request request) {
        return operations
                .find(request.getMethod(), request.getHttpURI().getPath())
                .filter(operation -> !operation.isSecured() || isAuthorized(request))
                .filter(operation -> DeclaredBodyFilter.isPlain(values(request, HttpHeader.CONTENT_ENCODING))
                        && SingleReadingFilter.isFramedPlainly(values(request, HttpHeader.TRANSFER_ENCODING)))
                .filter(operation -> !isRefused(request))
                .map(operation -> new Rule(operation.maxBody(), operation.isStreamed()))
                .orElse(Rule.NONE);
    }

    private boolean isAuthorized(Request request) {
        return admission.isAuthorized().test(values(request, HttpHeader.AUTHORIZATION));
    }

    private static List<String> values(Request request, HttpHeader name) {
        return request.getHeaders().getValuesList(name);
    }

    private boolean isRefused(Request request) {
        ServletContextRequest servletRequest = Request.as(request, ServletContextRequest.class);
        HttpServletRequest asked = servletRequest.getServletApiRequest();
        // A limit that is reached is recorded, before the first filter sees the request.
        try (RequestInLog ignored = RequestInLog.begin(asked)) {
            return admission
                    .refusal(asked, servletRequest.getServletContextResponse().getServletApiResponse())
                    .isPresent();
        }
    }

    /** A response with a value is about as long as the request that stored it. */
    @Override
    public long largestAnswer() {
        return largestAnswer;
    }
}
