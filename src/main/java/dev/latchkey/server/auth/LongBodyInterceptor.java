package dev.latchkey.server.auth;

import dev.latchkey.server.contract.JsonLines;
import dev.latchkey.server.problem.Problem;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** Verifies the access token of a body that takes long again and again, because the token can expire, or its session end, meanwhile. */
@Priority(Priorities.AUTHENTICATION)
final class LongBodyInterceptor implements ReaderInterceptor {
    private final Predicate<List<String>> isAuthorized;

    LongBodyInterceptor(Predicate<List<String>> isAuthorized) {
        this.isAuthorized = isAuthorized;
    }

    @Override
    public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
        if (context.getType() == JsonLines.class) {
            List<String> authorization = context.getHeaders().getOrDefault(HttpHeaders.AUTHORIZATION, List.of());
            context.setInputStream(
                    new AuthorizedStream(context.getInputStream(), () -> isAuthorized.test(authorization)));
        }
        return context.proceed();
    }

    private static final class AuthorizedStream extends FilterInputStream {
        private final BooleanSupplier isStillAuthorized;

        AuthorizedStream(InputStream body, BooleanSupplier isStillAuthorized) {
            super(body);
            this.isStillAuthorized = isStillAuthorized;
        }

        @Override
        public int read() throws IOException {
            return authorized(super.read());
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            return authorized(super.read(buffer, offset, length));
        }

        /** Verified after the wait for the client. To verify a token again costs next to nothing. */
        private int authorized(int result) {
            if (!isStillAuthorized.getAsBoolean()) {
                throw Problem.tokenInvalid();
            }
            return result;
        }
    }
}
