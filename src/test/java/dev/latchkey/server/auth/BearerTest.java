package dev.latchkey.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Promises 20 and 21: how a token comes with a request (RFC 6750), and how it may not. */
final class BearerTest {
    private static final String MISSING = "Bearer";
    private static final String INVALID = "Bearer error=\"invalid_token\"";

    private final Api api = ServerExtension.shared(Engine.SQLITE).api();
    private final String token = api.newToken();

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "bearer ", "BEARER ", "bEaReR ", "Bearer   "})
    void theSchemeHasNoCase(String scheme) {
        assertThat(read(scheme + token).outcome()).isEqualTo("404 KEY_NOT_FOUND");
    }

    @Test
    void withoutATokenNothingIsSaidToBeWrongWithIt() {
        assertRefused(api.send("GET", "/api/data/x", null), MISSING);
        assertRefused(api.send("PUT", "/api/data/x", null), MISSING);
        assertRefused(api.send("DELETE", "/api/data/x", null), MISSING);
        assertRefused(api.json("POST", "/api/data", "{\"key\":\"a\",\"value\":\"b\"}"), MISSING);
        for (String header : new String[] {"", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Basic " + token, token}) {
            assertRefused(read(header), MISSING);
        }
        assertRefused(read("Bearer" + token), MISSING);
        assertRefused(read("DPoP " + token), MISSING);
        assertRefused(read("Bearer:" + token), MISSING);
    }

    @Test
    void aBadTokenIsSaidToBeOne() {
        for (String bad : new String[] {
            "x",
            "null",
            "a.b.c",
            "bnVsbA.bnVsbA.bnVsbA",
            token + "=",
            token + ".",
            token.substring(1),
            token + " " + token,
            token + "," + token,
            "\"" + token + "\"",
            "Bearer " + token,
            "access_token=" + token,
            "x".repeat(5_000)
        }) {
            assertRefused(read("Bearer " + bad), INVALID);
        }
    }

    @Test
    void anotherServersTokenIsABadOne() {
        Forge forge = new Forge();

        assertRefused(read("Bearer " + forge.signed(Forge.header(), Forge.claims())), INVALID);
    }

    @Test
    void twoHeadersAreOneTooMany() {
        String good = "Bearer " + token;
        for (String other : new String[] {good, "Bearer x", "Basic dXNlcjpwYXNz"}) {
            assertRefused(api.send("GET", "/api/data/x", null, "Authorization", good, "Authorization", other), INVALID);
            assertRefused(api.send("GET", "/api/data/x", null, "Authorization", other, "Authorization", good), INVALID);
        }
    }

    @Test
    void noOtherPlaceForATokenIsLookedAt() {
        assertRefused(api.send("GET", "/api/data/x?access_token=" + token, null), MISSING);
        assertRefused(api.send("GET", "/api/data/x?Authorization=Bearer%20" + token, null), MISSING);
        assertRefused(api.send("GET", "/api/data/x", null, "Cookie", "access_token=" + token), MISSING);
        assertRefused(api.send("GET", "/api/data/x", null, "X-Access-Token", token), MISSING);
        assertRefused(api.send("GET", "/api/data/x", null, "Proxy-Authorization", "Bearer " + token), MISSING);
        String body =
                Api.object("key", "a", "value", "b", "access_token", token).toString();
        assertRefused(api.json("POST", "/api/data", body), MISSING);
        assertRefused(read("Bearer x", "?access_token=" + token), INVALID);
    }

    private Api.Answer read(String authorization) {
        return read(authorization, "");
    }

    private Api.Answer read(String authorization, String query) {
        return api.send("GET", "/api/data/x" + query, null, "Authorization", authorization);
    }

    private static void assertRefused(Api.Answer answer, String challenge) {
        assertThat(answer.outcome()).isEqualTo("401 INVALID_TOKEN");
        assertThat(answer.header("WWW-Authenticate")).isEqualTo(challenge);
    }
}
