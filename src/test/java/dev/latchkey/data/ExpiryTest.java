package dev.latchkey.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When entries expire, over HTTP; at which millisecond, {@link EntryStoreTest} says. */
@ParameterizedClass
@EnumSource(Engine.class)
final class ExpiryTest {
    private static final int MAX = 315_360_000;

    private final Api api;
    private final String token;
    private final String key = Api.newName();

    ExpiryTest(Engine engine) {
        api = ServerExtension.shared(engine).api();
        token = DataTest.tokenOf(engine, api);
    }

    @Test
    void saysWhenAnEntryExpires() {
        Instant before = Instant.now();
        assertThat(create("60").outcome()).isEqualTo("201");
        assertThat(Duration.between(before, expiry())).isBetween(Duration.ofSeconds(59), Duration.ofSeconds(120));
        String listed = api.as(token, "GET", "/api/data?prefix=" + key, null)
                .body()
                .at("/data/entries/0/expires_at")
                .textValue();
        assertThat(Instant.parse(listed)).isEqualTo(expiry());
    }

    @Test
    void forgetsTheExpiryWithANewValue() {
        create("60");
        assertThat(api.update(token, key, "y").outcome()).isEqualTo("200");
        assertThat(expiry()).isNull();
        assertThat(api.as(token, "PUT", "/api/data/" + key, "{\"value\":\"y\",\"expires_in\":60}")
                        .outcome())
                .isEqualTo("200");
        assertThat(expiry()).isNotNull();
    }

    @Test
    void changesTheExpiryAlone() {
        create("null");
        assertThat(patch("{\"expires_in\":60}").outcome()).isEqualTo("200");
        assertThat(expiry()).isNotNull();
        assertThat(patch("{\"expires_in\":null}").outcome()).isEqualTo("200");
        assertThat(expiry()).isNull();
        assertThat(api.read(token, key).body().at("/data/value").textValue()).isEqualTo("x");
        Api.Answer typed = api.send(
                "PATCH",
                "/api/data/" + key,
                "{\"expires_in\":60}",
                "Authorization",
                "Bearer " + token,
                "Content-Type",
                "application/merge-patch+json");
        assertThat(typed.outcome()).isEqualTo("200");
    }

    @Test
    void freesTheKeyOfAnExpiredEntry() throws Exception {
        create("1");
        // The server's clock is the one that counts, so wait until it says so.
        Await.until(() -> api.read(token, key).status() != 200);
        assertThat(api.update(token, key, "y").outcome()).isEqualTo("404 KEY_NOT_FOUND");
        assertThat(api.delete(token, key).outcome()).isEqualTo("404 KEY_NOT_FOUND");
        assertThat(patch("{\"expires_in\":60}").outcome()).isEqualTo("404 KEY_NOT_FOUND");
        assertThat(create("null").outcome()).isEqualTo("201");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, MAX})
    void takesOneSecondToTenYears(int seconds) {
        assertThat(create(String.valueOf(seconds)).outcome()).isEqualTo("201");
        assertThat(api.as(token, "DELETE", "/api/data/" + key, null).status()).isIn(200, 404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "315360001", "1.5", "\"60\"", "true", "1e2", "99999999999999999999", "[]", "{}"})
    void refusesWhatIsNoExpiry(String value) {
        assertRefused(create(value));
        assertThat(api.read(token, key).outcome()).isEqualTo("404 KEY_NOT_FOUND");
        create("null");
        assertRefused(patch("{\"expires_in\":" + value + "}"));
        assertRefused(api.as(token, "PUT", "/api/data/" + key, "{\"value\":\"y\",\"expires_in\":" + value + "}"));
        assertThat(api.read(token, key).body().at("/data/value").textValue()).isEqualTo("x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"value\":\"x\"}", "{\"expires_at\":null}"})
    void refusesAPatchWithoutAnExpiry(String patch) {
        create("null");
        assertRefused(patch(patch));
    }

    private static void assertRefused(Api.Answer answer) {
        assertThat(answer.outcome()).isEqualTo("400 INVALID_REQUEST");
        assertThat(answer.body().at("/errors/0/field").textValue()).isEqualTo("expires_in");
    }

    private Api.Answer create(String expiresIn) {
        return api.as(
                token,
                "POST",
                "/api/data",
                "{\"key\":\"" + key + "\",\"value\":\"x\",\"expires_in\":" + expiresIn + "}");
    }

    private Api.Answer patch(String body) {
        return api.as(token, "PATCH", "/api/data/" + key, body);
    }

    private Instant expiry() {
        String text = api.read(token, key).body().at("/data/expires_at").textValue();
        return text == null ? null : Instant.parse(text);
    }
}
