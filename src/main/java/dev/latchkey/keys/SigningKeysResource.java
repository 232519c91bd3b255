package dev.latchkey.keys;

import com.nimbusds.jose.jwk.ECKey;
import dev.latchkey.api.SigningKeysApi;
import dev.latchkey.api.model.SigningKey;
import dev.latchkey.api.model.SigningKeySet;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/** The operations tagged Signing keys. */
public final class SigningKeysResource implements SigningKeysApi {
    private final StoredSigningKeys keys;

    public SigningKeysResource(StoredSigningKeys keys) {
        this.keys = keys;
    }

    @Override
    public Response listSigningKeys() {
        SigningKeySet set = new SigningKeySet()
                .keys(keys.published().stream().map(SigningKeysResource::toBody).toList());
        return Response.ok(set)
                .header(HttpHeaders.CACHE_CONTROL, "public, max-age=300")
                .build();
    }

    private static SigningKey toBody(ECKey key) {
        return new SigningKey()
                .kty(SigningKey.KtyEnum.EC)
                .crv(SigningKey.CrvEnum.P_256)
                .x(key.getX().toString())
                .y(key.getY().toString())
                .kid(key.getKeyID())
                .use(SigningKey.UseEnum.SIG)
                .alg(SigningKey.AlgEnum.ES256);
    }
}
