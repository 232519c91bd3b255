package dev.latchkey.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Promises 17 and 20: what is in a token, which claims are good when, and that nothing outlives that in the cache. */
final class AccessTokensTest {
    private static final Duration MILLISECOND = Duration.ofMillis(1);

    private final Forge forge = new Forge();
    private final AccessTokens tokens = forge.tokens;

    @Test
    void anIssuedTokenNamesItsUser() {
        assertThat(tokens.verify(tokens.issue(Forge.CALLER))).contains(Forge.CALLER);
    }

    @Test
    void aForgedTokenIsGoodAsLongAsNothingIsWrongWithIt() {
        String token = forge.signed(Forge.header(), Forge.claims());

        assertThat(tokens.verify(token)).contains(Forge.CALLER);
    }

    @Test
    void anIssuedTokenSaysThisAndNothingElse() throws Exception {
        forge.clock.set(Forge.START.plusMillis(999));
        String[] parts = tokens.issue(Forge.CALLER).split("\\.");
        JsonNode header = new ObjectMapper().readTree(Forge.decode(parts[0]));
        ObjectNode claims = (ObjectNode) new ObjectMapper().readTree(Forge.decode(parts[1]));

        assertThat(header).isEqualTo(Forge.header());
        assertThat(claims.remove("jti").textValue()).hasSize(36);
        ObjectNode expected = Forge.claims();
        expected.remove("jti");
        assertThat(claims.toString()).isEqualTo(sortedLike(claims, expected).toString());
    }

    @Test
    void noTwoTokensAreAlike() {
        assertThat(Stream.generate(() -> tokens.issue(Forge.CALLER)).limit(20)).doesNotHaveDuplicates();
    }

    @Test
    void anIssuedTokenIsGoodByJavasOwnCryptography() throws GeneralSecurityException {
        String token = tokens.issue(Forge.CALLER);
        int lastDot = token.lastIndexOf('.');

        Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initVerify(forge.keyPair.getPublic());
        signature.update(token.substring(0, lastDot).getBytes(StandardCharsets.US_ASCII));
        assertThat(signature.verify(Base64.getUrlDecoder().decode(token.substring(lastDot + 1))))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"iss", "aud", "sub", "client_id", "iat", "nbf", "exp", "jti", "sid", "auth_time"})
    void everyClaimIsNeeded(String claim) {
        ObjectNode claims = Forge.claims();
        claims.remove(claim);

        assertRefused(claims);
        assertRefused(claims.putNull(claim));
    }

    @ParameterizedTest
    @MethodSource("wrongClaims")
    void everyClaimIsOfItsTypeAndValue(String claim, String json) throws Exception {
        assertRefused(Forge.claims().set(claim, new ObjectMapper().readTree(json)));
    }

    static Stream<Object[]> wrongClaims() {
        long now = Forge.START.getEpochSecond();
        Stream<Object[]> wrongTexts = Stream.of("iss", "aud", "sub", "client_id", "jti", "sid")
                .flatMap(claim ->
                        Stream.of("1", "true", "{}", "[]", "[1]", "\"\"").map(json -> new Object[] {claim, json}));
        Stream<Object[]> wrongTimes = Stream.of("iat", "nbf", "exp", "auth_time")
                .flatMap(claim -> Stream.of(
                                "\"" + now + "\"",
                                now + ".5",
                                "true",
                                "{}",
                                "[" + now + "]",
                                "9223372036854775807",
                                "1e400")
                        .map(json -> new Object[] {claim, json}));
        Stream<Object[]> wrongValues = Stream.of(
                new Object[] {"iss", "\"https://latchkey.example/\""},
                new Object[] {"iss", "\"HTTPS://LATCHKEY.EXAMPLE\""},
                new Object[] {"client_id", "\"another\""},
                new Object[] {"aud", "\"another\""},
                new Object[] {"aud", "\"APP\""},
                new Object[] {"aud", "[\"app\",\"another\"]"},
                new Object[] {"aud", "[\"another\",\"app\"]"},
                new Object[] {"aud", "[\"app\",\"app\"]"});
        return Stream.of(wrongTexts, wrongTimes, wrongValues).flatMap(cases -> cases);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 3599, 3601, 7200, -3600})
    void aTokenLivesForAnHourAndNoOtherTime(long seconds) {
        assertRefused(Forge.claims().put("exp", Forge.START.getEpochSecond() + seconds));
    }

    @ParameterizedTest
    @CsvSource({"5, true", "59, true", "60, true", "61, false", "120, false", "3600, false"})
    void anotherServersClockMayBeAMinuteAhead(long seconds, boolean good) {
        long ahead = Forge.START.getEpochSecond() + seconds;
        ObjectNode issuedAhead = Forge.claims().put("iat", ahead).put("exp", ahead + 3600);
        ObjectNode notYet = Forge.claims().put("nbf", ahead);

        assertThat(tokens.verify(forge.signed(Forge.header(), issuedAhead)).isPresent())
                .isEqualTo(good);
        assertThat(tokens.verify(forge.signed(Forge.header(), notYet)).isPresent())
                .isEqualTo(good);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTokenEndsToTheMillisecondVerifiedBeforeOrNot(boolean verifiedBefore) {
        String token = tokens.issue(Forge.CALLER);
        Instant expiry = Forge.START.plus(AccessTokens.LIFETIME);
        if (verifiedBefore) {
            assertThat(tokens.verify(token)).isPresent();
        }
        forge.clock.set(expiry);
        assertThat(tokens.verify(token)).isEmpty();
        forge.clock.advance(MILLISECOND);
        assertThat(tokens.verify(token)).isEmpty();
        forge.clock.set(expiry.minus(MILLISECOND));
        assertThat(tokens.verify(token)).isPresent();
    }

    @Test
    void aSessionThatHasEndedEndsItsTokensVerifiedBeforeOrNot() {
        String seen = tokens.issue(Forge.CALLER);
        String unseen = tokens.issue(Forge.CALLER);
        assertThat(tokens.verify(seen)).contains(Forge.CALLER);

        forge.endedSessions.add(Forge.SESSION);
        assertThat(tokens.verify(seen)).isEmpty();
        assertThat(tokens.verify(unseen)).isEmpty();

        forge.endedSessions.clear();
        forge.endedSessions.add("another");
        assertThat(tokens.verify(seen)).isPresent();
    }

    @Test
    void aKeyThatIsRemovedEndsItsTokensVerifiedBeforeOrNot() {
        String seen = tokens.issue(Forge.CALLER);
        String unseen = tokens.issue(Forge.CALLER);
        assertThat(tokens.verify(seen)).contains(Forge.CALLER);

        forge.keyIsKnown.set(false);
        assertThat(tokens.verify(seen)).isEmpty();
        assertThat(tokens.verify(unseen)).isEmpty();

        forge.keyIsKnown.set(true);
        assertThat(tokens.verify(seen)).contains(Forge.CALLER);
    }

    /** What has expired or ended is not even kept; what is refused never was. */
    @Test
    void onlyGoodTokensAreRemembered() {
        String token = tokens.issue(Forge.CALLER);
        assertThat(tokens.verify(token)).isPresent();
        assertThat(tokens.remembered()).isEqualTo(1);
        assertThat(tokens.verify(token + "x")).isEmpty();
        assertRefused(Forge.claims().put("aud", "another"));
        assertThat(tokens.remembered()).isEqualTo(1);

        forge.endedSessions.add(Forge.SESSION);
        assertThat(tokens.verify(token)).isEmpty();
        assertThat(tokens.remembered()).isZero();
    }

    @Test
    void noMoreTokensAreRememberedThanThereIsRoomFor() {
        for (int i = 0; i < 3 * Forge.CACHE_SIZE; i++) {
            assertThat(tokens.verify(tokens.issue(Forge.CALLER))).isPresent();
        }

        assertThat(tokens.remembered()).isLessThanOrEqualTo(Forge.CACHE_SIZE);
    }

    @Test
    void nobodyLogsInInTheFuture() {
        long now = Forge.START.getEpochSecond();

        assertThat(tokens.verify(forge.signed(Forge.header(), Forge.claims().put("auth_time", now + 60))))
                .isPresent();
        assertRefused(Forge.claims().put("auth_time", now + 61));
        assertRefused(Forge.claims().put("auth_time", -1));
    }

    /** As where the time is corrected: neither a token that was seen before nor a new one is refused. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 999, 1_000, 5_001, 30_000, 59_999, 60_000})
    void aClockThatIsSetBackRefusesNoToken(long milliseconds) {
        forge.clock.set(Forge.START.plusMillis(milliseconds));
        Caller now = new Caller(Forge.USER, Forge.SESSION, forge.clock.instant().truncatedTo(ChronoUnit.SECONDS));
        String seen = tokens.issue(now);
        String unseen = tokens.issue(now);
        assertThat(tokens.verify(seen)).contains(now);

        forge.clock.set(Forge.START);
        assertThat(tokens.verify(seen)).contains(now);
        assertThat(tokens.verify(unseen)).contains(now);
        assertThat(tokens.verify(tokens.issue(now))).contains(now);
    }

    @Test
    void claimsGivenTwiceAreRefused() {
        String claims = Forge.claims().toString();

        assertRefused(claims.replace("{", "{\"sub\":\"somebody-else\","));
        assertRefused(claims.replace("}", ",\"sub\":\"" + Forge.USER + "\"}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "1", "\"text\"", "{", "{}{}", "not JSON", "[[[[[[[["})
    void aPayloadThatIsNoJsonObjectIsRefused(String payload) {
        assertRefused(payload);
    }

    private void assertRefused(Object claims) {
        assertThat(tokens.verify(forge.signed(Forge.header(), claims))).isEmpty();
    }

    /** The order of members does not matter, but each one's type does, which {@code equals} of nodes would not tell. */
    private static ObjectNode sortedLike(ObjectNode pattern, ObjectNode members) {
        ObjectNode sorted = new ObjectMapper().createObjectNode();
        pattern.fieldNames().forEachRemaining(name -> sorted.set(name, members.get(name)));
        members.fieldNames().forEachRemaining(name -> sorted.set(name, members.get(name)));
        return sorted;
    }
}
