package dev.latchkey.credentials.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.mail.Letter;
import dev.latchkey.mail.MailKind;
import dev.latchkey.mail.Placeholder;
import dev.latchkey.mail.WaitingMail;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.SettableClock;
import dev.latchkey.testing.TestDatabase;
import dev.latchkey.testing.TestMails;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a sender makes, and what is left of it. */
@ParameterizedClass
@EnumSource(Engine.class)
final class RecoveryStoreTest {
    private static final String ALICE = "alice@example.com";
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    private final TestDatabase database;
    private final RecoveryStore store;
    private final RecoveryLetters letters;
    private final SettableClock clock = new SettableClock(NOW);

    RecoveryStoreTest(Engine engine) {
        database = new TestDatabase(engine);
        store = new RecoveryStore(database.database(), null, TestMails.none());
        Links links = new Links("http://localhost/verify", "http://localhost/reset", null);
        letters = new RecoveryLetters(new HolderStore(database.database()), store, links, clock);
        database.addUser(ALICE);
    }

    @AfterEach
    void close() throws Exception {
        database.close();
    }

    private static WaitingMail mail(MailKind kind, String userId, String address) {
        return new WaitingMail("m", kind, userId, address, null, "device", NOW);
    }

    private static WaitingMail reset() {
        return mail(MailKind.PASSWORD_RESET, null, "ALICE@EXAMPLE.com");
    }

    private boolean isGood(Letter letter) {
        String token = letter.values().get(Placeholder.LINK).replaceFirst(".*#token=", "");
        return store.check(Purpose.PASSWORD_RESET, Proof.ofToken(token), clock.instant())
                        .found()
                != null;
    }

    @Test
    void aLetterGoesToTheAddressThatIsStoredNotToTheOneThatWasTyped() {
        assertThat(letters.write(reset()).map(Letter::address)).contains(ALICE);
    }

    /** An attempt that may have been delivered leaves its code good, and one that was not leaves nothing. */
    @Test
    void whatWasCertainlyNotSentIsForgotten() {
        Letter first = letters.write(reset()).orElseThrow();
        Letter second = letters.write(reset()).orElseThrow();

        letters.unsent(reset(), second);

        assertThat(isGood(first)).isTrue();
        assertThat(isGood(second)).isFalse();
        assertThat(count("email_codes")).isEqualTo(1);
    }

    @Test
    void aLogInWithoutAPageHasACodeAlone() {
        Letter letter = letters.write(mail(MailKind.EMAIL_LOG_IN, null, ALICE)).orElseThrow();
        assertThat(letter.values())
                .containsOnlyKeys(Placeholder.CODE, Placeholder.USERNAME, Placeholder.MINUTES)
                .containsEntry(Placeholder.MINUTES, "15");
    }

    @Test
    void nobodyGetsAMailWhoHasNoUseForIt() {
        assertThat(letters.write(mail(MailKind.PASSWORD_RESET, null, "nobody@example.com")))
                .isEmpty();
        assertThat(letters.write(mail(MailKind.EMAIL_VERIFICATION, ALICE, "other@example.com")))
                .as("no longer the address")
                .isEmpty();
        assertThat(letters.write(mail(MailKind.EMAIL_VERIFICATION, ALICE, ALICE)))
                .isPresent();
        set("email_verified_at = 1");
        assertThat(letters.write(mail(MailKind.EMAIL_VERIFICATION, ALICE, ALICE)))
                .as("proven already")
                .isEmpty();
        set("disabled_at = 1");
        for (MailKind kind : MailKind.values()) {
            assertThat(letters.write(mail(kind, ALICE, ALICE))).as(kind.name()).isEmpty();
        }
        assertThat(letters.write(mail(MailKind.PASSWORD_CHANGED, "gone", ALICE)))
                .isEmpty();
    }

    @Test
    void aDisabledUserHasNoGoodCode() {
        Letter letter = letters.write(reset()).orElseThrow();
        set("disabled_at = 1");
        assertThat(isGood(letter)).isFalse();
    }

    @Test
    void aCodeIsGoodForAsLongAsTheMailSays() {
        Letter letter = letters.write(reset()).orElseThrow();
        clock.set(NOW.plus(Duration.ofMinutes(15)).minusMillis(1));
        assertThat(isGood(letter)).isTrue();
        clock.set(NOW.plus(Duration.ofMinutes(15)));
        assertThat(isGood(letter)).isFalse();
    }

    @Test
    void whatIsExpiredIsSweptAndNothingElse() {
        letters.write(reset());
        MailCode guess = new MailCode("22222222");
        store.check(Purpose.LOG_IN, Proof.ofCode(MailboxKey.of(ALICE), guess), NOW);
        clock.set(NOW.plus(Duration.ofHours(1)));
        letters.write(mail(MailKind.EMAIL_VERIFICATION, ALICE, ALICE));
        store.check(Purpose.PASSWORD_RESET, Proof.ofCode(MailboxKey.of(ALICE), guess), clock.instant());

        store.deleteExpired(NOW.plus(Duration.ofDays(1)));

        assertThat(count("email_codes WHERE purpose = 'email-verification'")).isEqualTo(1);
        assertThat(count("email_codes")).isEqualTo(1);
        assertThat(count("code_attempts WHERE purpose = 'password-reset'")).isEqualTo(1);
        assertThat(count("code_attempts")).isEqualTo(1);
    }

    private void set(String change) {
        database.database().write(handle -> handle.execute("UPDATE users SET " + change));
    }

    private int count(String rows) {
        return database.database().read(handle -> handle.createQuery("SELECT count(*) FROM " + rows)
                .mapTo(Integer.class)
                .one());
    }
}
