package dev.latchkey.keys;

import com.nimbusds.jose.jwk.ECKey;
import dev.latchkey.api.SigningKeysApi;
import dev.latchkey.api.model.SigningKeyBody;
import dev.latchkey.api.model.SigningKeySetBody;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/** The operations tagged Signing keys. */
public final class SigningKeysResource implements SigningKeysApi {
    private final StoredSigningKeys keys;

    SigningKeysResource(StoredSigningKeys keys) {
        this.keys = keys;
    }

    @Override
    public Response listSigningKeys() {
        SigningKeySetBody set = new SigningKeySetBody()
                .keys(keys.published().stream().map(SigningKeysResource::toBody).toList());
        return Response.ok(set)
                .header(HttpHeaders.CACHE_CONTROL, "public, max-age=300")
                .build();
    }

    private static SigningKeyBody toBody(ECKey key) {
        return new SigningKeyBody()
                .kty(SigningKeyBody.KtyEnum.EC)
                .crv(SigningKeyBody.CrvEnum.P_256)
                .x(key.getX().toString())
                .y(key.getY().toString())
                .kid(key.getKeyID())
                .use(SigningKeyBody.UseEnum.SIG)
                .alg(SigningKeyBody.AlgEnum.ES256);
    }
}
