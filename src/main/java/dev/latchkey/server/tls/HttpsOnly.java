package dev.latchkey.server.tls;

import dev.latchkey.server.problem.InvalidField;
import dev.latchkey.server.problem.RefusedRequest;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.SecureRequestCustomizer;

/**
 * Refuses requests that come without TLS, and does not redirect them: what they carry was readable on its way, and a redirected client
 * would do the same again. Whichever host a request names, the certificate is the same, so that is not looked at.
 */
final class HttpsOnly extends SecureRequestCustomizer {
    private static final InvalidField SCHEME =
            new InvalidField("scheme", "must be https: this port takes nothing else");

    /** {@code hstsSeconds} is below zero for no {@code Strict-Transport-Security}. */
    HttpsOnly(long hstsSeconds) {
        super(false, hstsSeconds, false);
    }

    @Override
    public Request customize(Request request, HttpFields.Mutable responseHeaders) {
        // Not the scheme of the request, which the client may have written itself.
        if (!request.getConnectionMetaData().getConnection().getEndPoint().isSecure()) {
            throw new RefusedRequest(SCHEME);
        }
        return super.customize(request, responseHeaders);
    }
}
