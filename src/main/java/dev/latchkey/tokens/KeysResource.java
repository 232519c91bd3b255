package dev.latchkey.tokens;

import com.nimbusds.jose.jwk.ECKey;
import dev.latchkey.api.SigningKeysApi;
import dev.latchkey.api.model.JsonWebKey;
import dev.latchkey.api.model.JsonWebKeySet;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/** The operations tagged Keys. */
public final class KeysResource implements SigningKeysApi {
    private final StoredSigningKeys keys;

    public KeysResource(StoredSigningKeys keys) {
        this.keys = keys;
    }

    @Override
    public Response listSigningKeys() {
        JsonWebKeySet set = new JsonWebKeySet()
                .keys(keys.published().stream().map(KeysResource::toBody).toList());
        return Response.ok(set)
                .header(HttpHeaders.CACHE_CONTROL, "public, max-age=300")
                .build();
    }

    private static JsonWebKey toBody(ECKey key) {
        return new JsonWebKey()
                .kty(JsonWebKey.KtyEnum.EC)
                .crv(JsonWebKey.CrvEnum.P_256)
                .x(key.getX().toString())
                .y(key.getY().toString())
                .kid(key.getKeyID())
                .use(JsonWebKey.UseEnum.SIG)
                .alg(JsonWebKey.AlgEnum.ES256);
    }
}
