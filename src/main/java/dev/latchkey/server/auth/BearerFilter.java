package dev.latchkey.server.auth;

import dev.latchkey.server.audit.AuditEvent;
import dev.latchkey.server.audit.AuditLog;
import dev.latchkey.server.problem.Problem;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Takes the access token from the {@code Authorization} header and nowhere else (RFC 6750, section 2.1).
 *
 * <p>Dropwizard's own filter for OAuth also accepts it in the URL, from where it gets into logs and histories. Its base class
 * tells Jetty about the caller at each request, too, where nobody reads it.
 */
@Priority(Priorities.AUTHENTICATION)
record BearerFilter(JwtAuthenticator authenticator) implements ContainerRequestFilter {
    private static final String SCHEME = "bearer ";

    @Override
    public void filter(ContainerRequestContext request) {
        List<String> headers = request.getHeaders().getOrDefault(HttpHeaders.AUTHORIZATION, List.of());
        if (headers.size() > 1) {
            throw refused();
        }
        String token = token(headers).orElseThrow(Problem::tokenMissing);
        Caller caller = authenticator.authenticate(token).orElseThrow(BearerFilter::refused);
        request.setSecurityContext(
                new Authenticated(caller, request.getSecurityContext().isSecure()));
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

    private record Authenticated(Caller caller, boolean isSecure) implements SecurityContext {
        @Override
        public Principal getUserPrincipal() {
            return caller;
        }

        /** There are no roles. */
        @Override
        public boolean isUserInRole(String role) {
            return false;
        }

        @Override
        public String getAuthenticationScheme() {
            return "Bearer";
        }
    }
}
