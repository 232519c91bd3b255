package dev.latchkey.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PasswordPolicyIT {
    private static final String KEY = "\ud83d\udd11";
    private static final String LOCK = "\ud83d\udd12";

    /** Promise 9, and Promise 11 for the given sample: any characters will do, and nobody is told which to use. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "secure_password123",
                "Str0ng!Passw0rd-7",
                "kq7xv2mz",
                "zq8K!mPx",
                "correct horse battery staple",
                "correcthorsebatterystaple",
                " spaces around ",
                "p\u00e4ssw\u00f6rd-\u212b",
                "\u043c\u043e\u0439 \u043f\u0430\u0440\u043e\u043b\u044c",
                "\u6b63\u3057\u3044\u99ac\u3068\u96fb\u6c60\u3067\u3059",
                "\ud83d\udd11\ud83d\udc0e\ud83d\udd0b\ud83d\udcce\ud83c\udfb7\ud83c\udf55\ud83d\ude80\ud83c\udf35",
                "64 characters and more: a sentence that somebody learnt by heart long ago.",
                "passwordpassword kq7xv2mz"
            })
    void takesWhatIsHardToGuess(String password) {
        assertThat(check(password)).isEmpty();
    }

    /** Promise 9. */
    @Test
    void countsCodePoints() {
        assertThat(check("kq7xv2m")).contains("must be 8 to 256 characters long");
        assertThat(check(mixed(7))).contains("must be 8 to 256 characters long");
        assertThat(check(mixed(8))).isEmpty();
        assertThat(check(mixed(256))).isEmpty();
        assertThat(check(mixed(257))).contains("must be 8 to 256 characters long");
    }

    /** Promise 9: what is sent may be longer than what is compared, and no password is too short by that. */
    @Test
    void countsWhatIsCompared() {
        assertThat(check("\u1112\u1161\u11ab\u1100\u116e\u11a8\u110b\u1165"))
                .contains("must be 8 to 256 characters long");
        assertThat(check("k\u0301q\u03017xv2m")).isEmpty();
        assertThat(check("k\u03017xv2mz")).contains("must be 8 to 256 characters long");
        assertThat(check("e\u0301a\u0301i\u0301o\u0301")).contains("must be 8 to 256 characters long");
        assertThat(check(mixed(254) + "e\u0301")).isEmpty();
        assertThat(check(mixed(255) + "e\u0301")).contains("must be 8 to 256 characters long");
    }

    /** Promise 10: common and breached passwords, however they are written or repeated. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "password1",
                "PASSWORD1",
                "P@ssw0rd",
                "\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff44\uff11",
                "12345678",
                "qwertyuiop",
                "iloveyou1",
                "1q2w3e4r",
                "trustno1",
                "sunshine1",
                "changeit",
                "passwordpassword",
                "12345678901234567890123456"
            })
    void refusesTheMostUsed(String password) {
        assertThat(check(password)).contains("is one of the most used passwords");
    }

    /** Promise 10: what people make of those. */
    @ParameterizedTest
    @MethodSource("tooEasy")
    void refusesWhatIsTooEasyToGuess(String password) {
        assertThat(check(password)).contains("is too easy to guess");
    }

    static List<String> tooEasy() {
        return List.of(
                "letmein123",
                "Passw0rd!",
                "Welcome1!",
                "hunter22",
                "mysecretpassword",
                "aaaaaaaa",
                "        ",
                "00000000",
                "abcdefgh",
                "abcdefghijklmnopqrstuvwxyz",
                "19900101",
                "01.01.1990",
                "password".repeat(20) + "1",
                "a".repeat(255) + "b",
                "b" + "a".repeat(255),
                KEY.repeat(8),
                KEY.repeat(256),
                KEY.repeat(255) + LOCK);
    }

    /** Promise 10: made of the user's own names, or of that of the service. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "example_user",
                "EXAMPLE_USER",
                "example_user1",
                "1example_user",
                "exampleuser",
                "ex4mple_us3r",
                "resu_elpmaxe",
                "user_example",
                "example_userexample_userexample_user",
                "example_user_password",
                "john.doe@mail.example.com",
                "john.doe@mail.example.com!",
                "mail.example.com",
                "john.doe",
                "John Q. Doe",
                "JohnQDoe1990",
                "doe.john99",
                "latchkey",
                "Latchkey2026"
            })
    void refusesOnesOwnNames(String password) {
        assertThat(PasswordPolicy.check(password, "example_user", "john.doe@mail.example.com", "John Q. Doe"))
                .contains("is made of your username, e-mail address or name, or of this service's name");
    }

    /** Promise 10: a name as long as the contract allows, in any script. */
    @Test
    void refusesLongNames() {
        String name = "\u0416\u00dfkq7xv2mzkjqpwnvbzmxlakdhtqowieurypz";
        String email = name + "@" + "nq8wz6.".repeat(20) + "com";

        assertThat(PasswordPolicy.check(name + "7", name, email, name)).isPresent();
        assertThat(PasswordPolicy.check(name.toLowerCase(Locale.ROOT), name, email, name))
                .isPresent();
        assertThat(PasswordPolicy.check(email, "somebody", email, "Somebody")).isPresent();
        assertThat(PasswordPolicy.check(name + "7", "somebody", "a@b.com", "Somebody"))
                .isEmpty();
    }

    /** A name inside a password does not make it worse than the rest of it, nor a bad one better. */
    @Test
    void judgesWhatIsNotOnesOwn() {
        assertThat(PasswordPolicy.check("example_user rides kq7xv2mz", "example_user", "a@b.com", "A"))
                .isEmpty();
        assertThat(PasswordPolicy.check("secure_password123", "sec", "cure@word.com", "Ed Pas"))
                .isEmpty();
        assertThat(PasswordPolicy.check("password123", "ass", "sword@example.com", "Pas Wor"))
                .isPresent();
    }

    @Test
    void knowsNobodyWhereNothingIsGiven() {
        assertThat(PasswordPolicy.check("secure_password123", null, null, null)).isEmpty();
        assertThat(PasswordPolicy.check("secure_password123", "", "@", "\u200b"))
                .isEmpty();
        assertThat(PasswordPolicy.check("password123", null, null, null)).isPresent();
        assertThat(PasswordPolicy.check(
                        "secure_password123", "a".repeat(60_000), "b".repeat(60_000), "c d".repeat(20_000)))
                .isEmpty();
    }

    /**
     * Handed over whole, one of these keeps zxcvbn busy for seconds or minutes. Here two hundred take less than one second; the
     * limit only ends what would take hours.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "4@8({[<369&#!1/|0$5+7%2",
                "@({[<!|$+%4835670912",
                "ab",
                "0123456789",
                "/.-0123456789",
                "pasw0rd@$1!",
                "\ufdfa",
                "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~"
            })
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void takesLittleTimeWhateverItIsGiven(String alphabet) {
        Random random = new Random(20261122);
        for (int i = 0; i < 200; i++) {
            StringBuilder password = new StringBuilder();
            while (password.length() < 256) {
                password.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            String name = password.reverse().substring(0, 64);
            PasswordPolicy.check(password.toString(), name, name + "@" + name + ".com", password.toString());
        }
    }

    private static Optional<String> check(String password) {
        return PasswordPolicy.check(password, "example_user", "user@example.com", "John Doe");
    }

    /** So many code points outside of the Basic Multilingual Plane, without a pattern. */
    private static String mixed(int length) {
        return new Random(length)
                .ints(length, 0x1F300, 0x1F5FF)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
