package dev.latchkey.server.auth;

import dev.latchkey.server.audit.AuditEvent;
import dev.latchkey.server.audit.AuditLog;
import dev.latchkey.server.problem.Problem;
import io.dropwizard.auth.AuthFilter;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Takes the access token from the {@code Authorization} header and nowhere else (RFC 6750, section 2.1).
 *
 * <p>Dropwizard's own filter for OAuth also accepts it in the URL, from where it gets into logs and histories.
 */
@Priority(Priorities.AUTHENTICATION)
final class BearerFilter extends AuthFilter<String, Caller> {
    private static final String SCHEME = "bearer ";

    private BearerFilter() {}

    @Override
    public void filter(ContainerRequestContext request) {
        List<String> headers = request.getHeaders().getOrDefault(HttpHeaders.AUTHORIZATION, List.of());
        if (headers.size() > 1) {
            throw refused();
        }
        String token = token(headers).orElseThrow(Problem::tokenMissing);
        if (!authenticate(request, token, prefix)) {
            throw refused();
        }
    }

    /** The token in these {@code Authorization} headers, if they are a single one of this scheme. */
    static Optional<String> token(List<String> headers) {
        return headers.size() == 1 && headers.get(0).regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? Optional.of(headers.get(0).substring(SCHEME.length()).strip())
                : Optional.empty();
    }

    private static Problem refused() {
        AuditLog.record(AuditEvent.TOKEN_REFUSED, null);
        return Problem.tokenInvalid();
    }

    /** Tells whether a request with these {@code Authorization} headers would be authorized. */
    static Predicate<List<String>> judge(JwtAuthenticator authenticator) {
        return headers -> token(headers).flatMap(authenticator::authenticate).isPresent();
    }

    /** The filter for every operation that the contract secures. */
    static BearerFilter of(JwtAuthenticator authenticator) {
        return new Builder().setAuthenticator(authenticator).setPrefix("Bearer").buildAuthFilter();
    }

    private static final class Builder extends AuthFilterBuilder<String, Caller, BearerFilter> {
        @Override
        protected BearerFilter newInstance() {
            return new BearerFilter();
        }
    }
}
