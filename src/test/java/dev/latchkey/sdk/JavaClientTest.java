package dev.latchkey.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.client.Latchkey;
import dev.latchkey.client.LatchkeyException;
import dev.latchkey.client.model.Account;
import dev.latchkey.client.model.AccountChanges;
import dev.latchkey.client.model.Entry;
import dev.latchkey.client.model.ErrorCode;
import dev.latchkey.client.model.ExportedEntry;
import dev.latchkey.client.model.NewUser;
import dev.latchkey.client.model.NewValue;
import dev.latchkey.client.model.PasswordChange;
import dev.latchkey.client.model.Session;
import dev.latchkey.client.model.SigningKey;
import dev.latchkey.client.model.User;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.HardTexts;
import dev.latchkey.testing.ServerExtension;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole API through the Java SDK. */
@ParameterizedClass
@EnumSource(Engine.class)
final class JavaClientTest {
    private final String url;
    private final String name = Api.newName();
    private final Latchkey latchkey;

    JavaClientTest(Engine engine) {
        url = ServerExtension.shared(engine).address().toString();
        latchkey = new Latchkey(url + "/");
    }

    static NewUser newUser(String name) {
        return new NewUser()
                .username(name)
                .email(name + "@example.com")
                .password(Api.PASSWORD)
                .fullName("John Doe")
                .age(30)
                .gender("male");
    }

    @Test
    void registersLogsInAndLogsOut() {
        assertThat(latchkey.isLoggedIn()).isFalse();

        User user = latchkey.register(newUser(name));

        assertThat(user.getUsername()).isEqualTo(name);
        assertThat(user.getAge()).isEqualTo(30);
        assertThat(latchkey.isLoggedIn()).isTrue();
        assertThat(latchkey.account().readAccount().getData().getUserId()).isEqualTo(user.getUserId());

        latchkey.logOut();
        assertThat(latchkey.isLoggedIn()).isFalse();
        assertThat(catchThrowableOfType(LatchkeyException.class, latchkey.account()::readAccount)
                        .getCode())
                .isEqualTo(ErrorCode.INVALID_TOKEN);
        latchkey.logOut();

        latchkey.logIn(name, Api.PASSWORD);
        assertThat(latchkey.isLoggedIn()).isTrue();
    }

    @Test
    void keepsEntriesUnderHardKeys() {
        latchkey.register(newUser(name));

        hardKeys().forEach(key -> {
            String value = "value of " + key;
            latchkey.data().createEntry(new Entry().key(key).value(value));
            assertThat(latchkey.data().readEntry(key).getData())
                    .isEqualTo(new Entry().key(key).value(value));
            latchkey.data().updateEntry(key, new NewValue().value(""));
            assertThat(latchkey.data().readEntry(key).getData().getValue()).isEmpty();
        });
        assertThat(latchkey.account().exportAccount().getData().getEntries())
                .extracting(ExportedEntry::getKey)
                .containsExactlyInAnyOrderElementsOf(hardKeys().toList());
        hardKeys().forEach(key -> {
            latchkey.data().deleteEntry(key);
            LatchkeyException gone = catchThrowableOfType(
                    LatchkeyException.class, () -> latchkey.data().readEntry(key));
            assertThat(gone.getCode()).isEqualTo(ErrorCode.KEY_NOT_FOUND);
            assertThat(gone.getStatus()).isEqualTo(404);
        });
    }

    private static Stream<String> hardKeys() {
        return Stream.of(
                "greeting",
                "/",
                "a/b",
                "//",
                "a%2Fb",
                "%",
                "100 %",
                "a+b",
                " ",
                "a?b#c",
                "a;b",
                "a=b&c",
                "{key}",
                "\\",
                "\"",
                "..a",
                "...",
                "ключ",
                "\ud83d\udd11",
                "\u05de\u05e4\u05ea\u05d7",
                "\u202eright to left",
                "a\u0308",
                "\u00e4",
                "\u0301",
                "\ufeff",
                "\uffff",
                "\udbff\udfff",
                "k".repeat(512),
                "\ud83d\udd11".repeat(128));
    }

    @Test
    void keepsValuesOfEveryScript() {
        latchkey.register(newUser(name));
        Random random = new Random(4);
        List<String> values = Stream.concat(
                        Stream.of("", "\"\\/\b\f\n\r\t\u007f\u2028", "\u0645\u0631\u062d\u0628\u0627"),
                        Stream.generate(() -> HardTexts.random(random, 100)).limit(50))
                .toList();

        latchkey.data().createEntry(new Entry().key("key").value("first"));
        for (String value : values) {
            latchkey.data().updateEntry("key", new NewValue().value(value));
            assertThat(latchkey.data().readEntry("key").getData().getValue()).isEqualTo(value);
        }
    }

    @Test
    void keepsLargeValues() {
        latchkey.register(newUser(name));
        String mebibyte = "\ud83d\udd11".repeat((1 << 20) / 4);

        latchkey.data().createEntry(new Entry().key("large").value(mebibyte));

        assertThat(latchkey.data().readEntry("large").getData().getValue()).isEqualTo(mebibyte);
        assertThat(catchThrowableOfType(LatchkeyException.class, () -> latchkey.data()
                                .updateEntry("large", new NewValue().value(mebibyte + "k")))
                        .getCode())
                .isEqualTo(ErrorCode.INVALID_VALUE);
    }

    @Test
    void keepsAnAccount() {
        latchkey.register(newUser(name));

        Account before = latchkey.account().readAccount().getData();
        Account renamed = latchkey.account()
                .updateAccount(new AccountChanges().fullName("Jane Doe"))
                .getData();
        assertThat(renamed).isEqualTo(before.fullName("Jane Doe"));
        assertThat(renamed.getAge()).isEqualTo(30);

        assertThat(latchkey.account()
                        .updateAccount(new AccountChanges().age(null))
                        .getData()
                        .getAge())
                .isNull();
        assertThat(latchkey.account()
                        .updateAccount(new AccountChanges().age(31))
                        .getData()
                        .getAge())
                .isEqualTo(31);

        latchkey.account()
                .changePassword(
                        new PasswordChange().currentPassword(Api.PASSWORD).newPassword("another_password456"));
        latchkey.logIn(name, "another_password456");
        latchkey.account().deleteAccount();
        assertThat(latchkey.isLoggedIn()).isFalse();
        assertThat(catchThrowableOfType(LatchkeyException.class, () -> latchkey.logIn(name, "another_password456"))
                        .getCode())
                .isEqualTo(ErrorCode.INVALID_CREDENTIALS);
    }

    @Test
    void seesAndEndsSessions() {
        latchkey.register(newUser(name));
        Latchkey other = new Latchkey(url);
        other.logIn(name, Api.PASSWORD);

        List<Session> sessions = latchkey.sessions().listSessions().getData().getSessions();
        assertThat(sessions).extracting(Session::getCurrent).containsExactlyInAnyOrder(true, false);
        String others = sessions.stream()
                .filter(session -> !session.getCurrent())
                .map(Session::getSessionId)
                .findFirst()
                .orElseThrow();
        latchkey.sessions().endSession(others);

        assertThat(catchThrowableOfType(LatchkeyException.class, other.account()::readAccount)
                        .getCode())
                .isEqualTo(ErrorCode.INVALID_REFRESH_TOKEN);
        assertThat(other.isLoggedIn()).isFalse();

        latchkey.sessions().endAllSessions();
        assertThat(latchkey.isLoggedIn()).isFalse();
    }

    @Test
    void readsTheSigningKeys() {
        assertThat(latchkey.signingKeys().listSigningKeys().getKeys())
                .isNotEmpty()
                .extracting(SigningKey::getAlg)
                .containsOnly(SigningKey.AlgEnum.ES256);
    }
}
