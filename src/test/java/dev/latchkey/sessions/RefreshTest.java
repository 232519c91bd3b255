package dev.latchkey.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.keys.SigningKeyStore;
import dev.latchkey.keys.StoredSigningKeys;
import dev.latchkey.login.TokenPair;
import dev.latchkey.login.TokenPairs;
import dev.latchkey.server.auth.AccessTokens;
import dev.latchkey.server.auth.TokenSettings;
import dev.latchkey.server.problem.Problem;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.SettableClock;
import dev.latchkey.testing.TestDatabase;
import io.dropwizard.util.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Random;
import java.util.UUID;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Refresh tokens in the course of time, and in the hands of a thief. */
@ParameterizedClass
@EnumSource(Engine.class)
final class RefreshTest {
    private static final String USER = "6b1f3a52-0c0e-4f3b-9d0a-1f2e3d4c5b6a";
    private static final Origin NOWHERE = new Origin(null, null);

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00.250Z"));
    private final TestDatabase database;
    private final AccessTokens accessTokens;
    private final TokenPairs tokens;
    private final KnownEndings endings;
    private final Sessions sessions;
    private final Refreshes refreshes;

    RefreshTest(Engine engine) {
        database = new TestDatabase(engine);
        database.addUser(USER);
        EndedSessionStore endedSessions = new EndedSessionStore(database.database());
        endings = new KnownEndings(endedSessions, clock);
        accessTokens = new AccessTokens(
                StoredSigningKeys.load(
                        new SigningKeyStore(database.database()), java.time.Duration.ofDays(1000), clock),
                endings,
                TokenSettings.defaults(),
                clock);
        SessionEndingStore sessionEndingStore = new SessionEndingStore(database.database(), endedSessions);
        SessionStore sessionStore = new SessionStore(database.database(), sessionEndingStore);
        tokens = new TokenPairs(accessTokens);
        SessionSettings settings = new SessionSettings(Duration.days(10), Duration.days(25));
        sessions = new Sessions(sessionStore, sessionEndingStore, endings, settings, clock);
        refreshes = new Refreshes(sessions, sessionStore, new RefreshStore(database.database()), settings, clock);
    }

    @AfterEach
    void close() throws Exception {
        database.close();
    }

    /** Promise 19: whoever was let in by what is the password no more gets no session. */
    @Test
    void aLogInDoesNotOutrunAChangeOfThePassword() {
        assertThat(sessions.start(USER, 2, true, NOWHERE)).isEmpty();
        database.database().write(handle -> handle.execute("UPDATE users SET password_version = 2"));
        assertThat(sessions.start(USER, 1, true, NOWHERE)).isEmpty();
        assertThat(sessions.start(USER, 2, true, NOWHERE)).isPresent();
        database.database().write(handle -> handle.execute("UPDATE users SET disabled_at = 1"));
        assertThat(sessions.start(USER, 2, true, NOWHERE)).isEmpty();
        assertThat(count("sessions")).isEqualTo(1);
    }

    @Test
    void aUsedTokenGivesTheSameNextForThirtySeconds() {
        TokenPair first = start();
        TokenPair second = refresh(first.refreshToken());
        assertThat(second.refreshToken()).isNotEqualTo(first.refreshToken());

        clock.advance(Refreshes.GRACE.minusMillis(1));
        TokenPair again = refresh(first.refreshToken());
        assertThat(again.refreshToken()).isEqualTo(second.refreshToken());
        assertThat(accessTokens.verify(again.accessToken())).isPresent();
    }

    @Test
    void aUsedTokenEndsTheSessionAfterThirtySeconds() {
        TokenPair first = start();
        TokenPair second = refresh(first.refreshToken());
        TokenPair other = start();

        clock.advance(Refreshes.GRACE);
        assertRefused(first.refreshToken());

        assertRefused(second.refreshToken());
        assertThat(accessTokens.verify(first.accessToken())).isEmpty();
        assertThat(accessTokens.verify(second.accessToken())).isEmpty();
        assertThat(accessTokens.verify(other.accessToken())).isPresent();
        assertThat(refresh(other.refreshToken())).isNotNull();
    }

    @Test
    void aClockThatIsSetBackRefusesNoToken() {
        TokenPair first = start();
        TokenPair second = refresh(first.refreshToken());
        clock.advance(java.time.Duration.ofMinutes(-1));

        assertThat(accessTokens.verify(first.accessToken())).isPresent();
        assertThat(accessTokens.verify(second.accessToken())).isPresent();
        assertThat(refresh(first.refreshToken()).refreshToken()).isEqualTo(second.refreshToken());
        TokenPair third = refresh(second.refreshToken());
        assertThat(accessTokens.verify(third.accessToken())).isPresent();
        assertThat(refresh(third.refreshToken())).isNotNull();
    }

    /** Promise 19: the last minute of a token is not given back to a session that has ended. */
    @Test
    void aClockThatIsSetBackBringsNoEndedSessionBack() {
        TokenPair ended = start();
        sessions.endAll(USER);
        clock.advance(AccessTokens.LIFETIME.plusMinutes(1));
        endings.forget();
        sessions.deleteExpired();
        endings.follow();
        clock.advance(java.time.Duration.ofMinutes(-1));

        assertThat(accessTokens.verify(ended.accessToken())).isEmpty();
    }

    @Test
    void everyTokenHasItsOwnThirtySeconds() {
        TokenPair first = start();
        TokenPair second = refresh(first.refreshToken());
        clock.advance(java.time.Duration.ofSeconds(20));
        TokenPair third = refresh(second.refreshToken());

        // The one before the last still leads to the newest.
        assertThat(refresh(first.refreshToken()).refreshToken()).isEqualTo(third.refreshToken());
        clock.advance(java.time.Duration.ofSeconds(10));
        assertThat(refresh(second.refreshToken()).refreshToken()).isEqualTo(third.refreshToken());
        assertRefused(first.refreshToken());
        assertRefused(third.refreshToken());
    }

    @Test
    void aSessionEndsWhenItIsNotUsed() {
        TokenPair unused = start();
        assertThat(unused.refreshLifetime()).isEqualTo(java.time.Duration.ofDays(10));

        clock.advance(java.time.Duration.ofDays(10).minusMillis(1));
        TokenPair used = refresh(unused.refreshToken());
        clock.advance(java.time.Duration.ofDays(10));
        assertRefused(used.refreshToken());
    }

    @Test
    void aSessionEndsInTheEndHoweverOftenItIsUsed() {
        TokenPair pair = start();
        for (int i = 0; i < 24; i++) {
            clock.advance(java.time.Duration.ofDays(1));
            pair = refresh(pair.refreshToken());
        }
        assertThat(pair.refreshLifetime()).isEqualTo(java.time.Duration.ofDays(1));
        clock.advance(java.time.Duration.ofDays(1));
        assertRefused(pair.refreshToken());
    }

    /** Promise 19: the last access token may outlive its session, but not the power to end it. */
    @Test
    void theLastTokenOfASessionCanStillBeRevoked() {
        TokenPair pair = start();
        for (int i = 0; i < 3; i++) {
            clock.advance(java.time.Duration.ofDays(8));
            pair = refresh(pair.refreshToken());
        }
        clock.advance(java.time.Duration.ofDays(1).minusMinutes(10));
        String last = refresh(pair.refreshToken()).accessToken();
        clock.advance(java.time.Duration.ofMinutes(20));
        sessions.deleteExpired();
        assertThat(accessTokens.verify(last)).isPresent();

        sessions.endAll(USER);
        assertThat(accessTokens.verify(last)).isEmpty();
        clock.advance(java.time.Duration.ofHours(1));
        sessions.deleteExpired();
        assertThat(count("sessions")).isZero();
    }

    /** Promise 19, where the clocks of servers differ by minutes. */
    @Test
    void aTokenOfAServerWhoseClockIsAheadStaysRevoked() {
        TokenPair first = start();
        clock.advance(java.time.Duration.ofMinutes(5));
        TokenPair ahead = refresh(first.refreshToken());
        clock.advance(java.time.Duration.ofMinutes(-5));
        refresh(refresh(ahead.refreshToken()).refreshToken());
        refresh(ahead.refreshToken());
        sessions.endAll(USER);

        clock.advance(java.time.Duration.ofMinutes(64));
        endings.forget();
        assertThat(accessTokens.verify(ahead.accessToken())).isEmpty();
    }

    @Test
    void aRefreshedTokenSaysWhenThePasswordWasGiven() {
        TokenPair pair = start();
        clock.advance(java.time.Duration.ofDays(3));
        String token = refresh(pair.refreshToken()).accessToken();

        assertThat(accessTokens.verify(token).orElseThrow().authenticatedAt())
                .isEqualTo(Instant.parse("2026-03-01T12:00:00Z"));
    }

    @Test
    void noOtherTextOfATokenIsTakenAndNoneEndsTheSession() {
        String good = start().refreshToken();
        byte[] bytes = Base64.getUrlDecoder().decode(good.substring(4));
        for (int i = 0; i < bytes.length; i++) {
            for (int bit : new int[] {1, 128}) {
                byte[] other = bytes.clone();
                other[i] ^= (byte) bit;
                assertRefused("lkr_" + Base64.getUrlEncoder().withoutPadding().encodeToString(other));
            }
        }
        assertRefused(good + "=");
        assertRefused(good.substring(0, good.length() - 1));
        assertRefused(good.substring(4));
        assertRefused(good.replace("lkr_", "lkr-"));
        assertRefused(" " + good);
        assertThat(refresh(good)).isNotNull();
    }

    /** Promise 16, for refresh tokens: whatever somebody sends is refused, and nothing of it throws anything else. */
    @Test
    void randomTextsAreRefused() {
        Random random = new Random(20_261_122);
        String good = start().refreshToken();
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? good : "lkr_");
            for (int j = random.nextInt(4); j >= 0; j--) {
                int at = random.nextInt(text.length() + 1);
                switch (random.nextInt(3)) {
                    case 0 -> text.insert(at, (char) random.nextInt(0x3000));
                    case 1 -> text.delete(at, Math.min(text.length(), at + random.nextInt(90)));
                    default -> text.insert(at, Long.toString(random.nextLong(), 36));
                }
            }
            String token = text.toString();
            if (!token.equals(good)) {
                assertThatCode(() -> assertThat(RefreshToken.parse(token)
                                        .filter(parsed -> parsed.text().equals(good)))
                                .isEmpty())
                        .as(token)
                        .doesNotThrowAnyException();
            }
        }
    }

    @Test
    void whoReadsTheDatabaseCannotRefresh() {
        String token = start().refreshToken();
        RefreshToken parsed = RefreshToken.parse(token).orElseThrow();
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(parsed.secret());

        String rows = database.database()
                .read(handle ->
                        handle.createQuery("SELECT * FROM sessions").mapToMap().list())
                .toString();
        assertThat(rows)
                .contains(parsed.sessionId())
                .doesNotContain(secret, token)
                .doesNotContain(Base64.getUrlEncoder().withoutPadding().encodeToString(parsed.proof()));
    }

    @Test
    void expiredSessionsAndEndingsAreClearedAway() {
        database.database().write(handle -> {
            PreparedBatch expired = handle.prepareBatch("""
                    INSERT INTO sessions (user_id, id, created_at, last_used_at, expires_at, token_expires_at, generation)
                    VALUES (:user, :id, 0, 0, 1, 1, 0)
                    """);
            for (int i = 0; i < 1_200; i++) {
                expired.bind("user", USER)
                        .bind("id", UUID.randomUUID().toString())
                        .add();
            }
            return expired.execute();
        });
        TokenPair kept = start();
        start();
        sessions.endAll(USER);
        TokenPair alive = start();
        assertThat(count("sessions")).isEqualTo(1);

        sessions.deleteExpired();
        endings.forget();
        assertThat(count("ended_sessions")).isEqualTo(2);
        assertThat(accessTokens.verify(kept.accessToken())).isEmpty();

        clock.advance(java.time.Duration.ofHours(2));
        sessions.deleteExpired();
        assertThat(count("ended_sessions")).isZero();
        assertThat(refresh(alive.refreshToken())).isNotNull();
        clock.advance(java.time.Duration.ofDays(11));
        sessions.deleteExpired();
        assertThat(count("sessions")).isZero();
        assertThat(count("refresh_rotations")).isZero();
    }

    private int count(String table) {
        return database.database().read(handle -> handle.createQuery("SELECT COUNT(*) FROM " + table)
                .mapTo(Integer.class)
                .one());
    }

    private TokenPair refresh(String token) {
        return tokens.issue(refreshes.refresh(token, user -> assertThat(user).isEqualTo(USER)));
    }

    private TokenPair start() {
        return tokens.issue(sessions.start(USER, 1, true, NOWHERE).orElseThrow());
    }

    private void assertRefused(String token) {
        assertThatThrownBy(() -> refresh(token))
                .as(token)
                .isInstanceOf(Problem.class)
                .hasMessage("INVALID_REFRESH_TOKEN");
    }
}
