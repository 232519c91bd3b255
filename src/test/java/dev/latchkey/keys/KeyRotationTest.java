package dev.latchkey.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.SignedJWT;
import dev.latchkey.server.auth.AccessTokens;
import dev.latchkey.server.auth.Caller;
import dev.latchkey.server.auth.TokenSettings;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.SettableClock;
import dev.latchkey.testing.TestDatabase;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Promise 18: signing keys change by themselves and by command, on every server of one database, and no good token is lost. */
@ParameterizedClass
@EnumSource(Engine.class)
final class KeyRotationTest {
    private static final Duration LIFETIME = Duration.ofDays(30);
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Caller CALLER = new Caller("somebody", "some session", START);

    private final SettableClock clock = new SettableClock(START);
    private final TestDatabase database;
    private final StoredSigningKeys here;
    private final StoredSigningKeys elsewhere;

    KeyRotationTest(Engine engine) {
        database = new TestDatabase(engine);
        here = load();
        elsewhere = load();
    }

    private StoredSigningKeys load() {
        return StoredSigningKeys.load(new SigningKeyStore(database.database()), LIFETIME, clock);
    }

    @AfterEach
    void close() throws Exception {
        database.close();
    }

    @Test
    void aNewKeyIsPublishedInTimeAndTakesOverAtTheEndOfALifetime() {
        String first = here.current().getKeyID();

        clock.set(START.plus(LIFETIME).minus(StoredSigningKeys.NOTICE).minusMillis(1));
        here.maintain();
        assertThat(published(here)).containsExactly(first);

        clock.advance(Duration.ofMillis(1));
        here.maintain();
        elsewhere.maintain();
        assertThat(published(here)).hasSize(2).contains(first).isEqualTo(published(elsewhere));
        String second = published(here).get(0);
        assertThat(here.current().getKeyID()).isEqualTo(first);

        clock.set(START.plus(LIFETIME).minusMillis(1));
        assertThat(here.current().getKeyID()).isEqualTo(first);
        clock.set(START.plus(LIFETIME));
        assertThat(here.current().getKeyID()).isEqualTo(second);
        assertThat(elsewhere.current().getKeyID()).isEqualTo(second);
    }

    @Test
    void anOldKeyStaysAsLongAsItsTokensAndIsDestroyedThen() {
        String first = here.current().getKeyID();
        clock.set(START.plus(LIFETIME).minus(StoredSigningKeys.NOTICE));
        here.maintain();
        clock.set(START.plus(LIFETIME).minusMillis(1));
        String lastOfTheOld = tokens(here).issue(CALLER);

        clock.advance(AccessTokens.LIFETIME.minus(Duration.ofSeconds(1)));
        here.maintain();
        elsewhere.maintain();
        assertThat(tokens(here).verify(lastOfTheOld)).contains(CALLER);
        assertThat(tokens(elsewhere).verify(lastOfTheOld)).contains(CALLER);

        clock.advance(Duration.ofMinutes(2));
        here.maintain();
        elsewhere.follow();
        assertThat(published(here)).hasSize(1).doesNotContain(first).isEqualTo(published(elsewhere));
        assertThat(new SigningKeyStore(database.database()).findAll()).hasSize(1);
    }

    @Test
    void aClockThatIsSetBackRefusesNoTokenOfAnyKey() {
        clock.set(START.plus(LIFETIME).minus(StoredSigningKeys.NOTICE));
        here.maintain();
        clock.set(START.plus(LIFETIME).minusMillis(1));
        String old = tokens(here).issue(CALLER);
        clock.set(START.plus(LIFETIME));
        String first = tokens(here).issue(CALLER);

        clock.advance(Duration.ofMinutes(-1));
        here.maintain();
        String between = tokens(here).issue(CALLER);
        elsewhere.maintain();
        for (String token : List.of(old, first, between)) {
            assertThat(tokens(here).verify(token)).contains(CALLER);
            assertThat(tokens(elsewhere).verify(token)).contains(CALLER);
        }
    }

    @Test
    void aServerThatWasAwayForLongGivesNoticeAllTheSame() {
        String first = here.current().getKeyID();
        clock.set(START.plus(LIFETIME).plus(Duration.ofDays(100)));
        here.maintain();

        assertThat(published(here)).hasSize(2);
        assertThat(here.current().getKeyID()).isEqualTo(first);
        clock.advance(StoredSigningKeys.NOTICE);
        assertThat(here.current().getKeyID()).isNotEqualTo(first);
    }

    @Test
    void aKeyThatWasAskedForSignsOnceEveryServerKnowsIt() throws ParseException {
        AccessTokens issuer = tokens(here);
        String before = issuer.issue(CALLER);
        String asked = here.rotate();
        assertThat(kid(issuer.issue(CALLER))).isNotEqualTo(asked);

        clock.advance(StoredSigningKeys.SHORT_NOTICE);
        elsewhere.follow();
        String after = issuer.issue(CALLER);
        assertThat(kid(after)).isEqualTo(asked);
        assertThat(tokens(elsewhere).verify(after)).contains(CALLER);
        assertThat(tokens(elsewhere).verify(before)).contains(CALLER);
    }

    @Test
    void replacingTheKeysEndsEveryTokenSeenBeforeOrNot() throws ParseException {
        AccessTokens issuer = tokens(here);
        AccessTokens checker = tokens(elsewhere);
        String token = issuer.issue(CALLER);
        assertThat(checker.verify(token)).contains(CALLER);

        String only = here.replace();
        elsewhere.follow();

        assertThat(checker.verify(token)).isEmpty();
        assertThat(issuer.verify(token)).isEmpty();
        assertThat(published(elsewhere)).containsExactly(only);
        String fresh = issuer.issue(CALLER);
        assertThat(kid(fresh)).isEqualTo(only);
        assertThat(checker.verify(fresh)).contains(CALLER);
    }

    private AccessTokens tokens(StoredSigningKeys keys) {
        return new AccessTokens(keys, session -> false, TokenSettings.defaults(), clock);
    }

    private static List<String> published(StoredSigningKeys keys) {
        return keys.published().stream().map(ECKey::getKeyID).toList();
    }

    private static String kid(String token) throws ParseException {
        return SignedJWT.parse(token).getHeader().getKeyID();
    }
}
