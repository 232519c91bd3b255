package dev.latchkey.server.auth;

import static dev.latchkey.server.auth.Forge.claims;
import static dev.latchkey.server.auth.Forge.encode;
import static dev.latchkey.server.auth.Forge.header;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Promise 16: tokens of the wrong form; most of them are signed with the right key, so that the form alone decides. */
final class HostileTokensTest {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private final Forge forge = new Forge();
    private final String good = forge.signed(header(), claims());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "key-2",
                "KEY-1",
                "key-1\u0000",
                "\u0000",
                "../../../../dev/null",
                "/dev/null",
                "key-1' OR '1'='1",
                "' UNION SELECT 'key-1' --",
                "key-1; DROP TABLE signing_keys",
                "http://127.0.0.1:1/key-1",
                "$(id)",
                "\ud83d\ude00"
            })
    void noOtherKeyIdLeadsToAKey(String kid) {
        assertRefused(forge.signed(header().put("kid", kid), claims()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "1", "true", "[]", "[\"key-1\"]", "{}", "{\"kid\":\"key-1\"}"})
    void aKeyIdIsText(String json) {
        assertRefused(forge.signed(header().toString().replace("\"key-1\"", json), claims()));
    }

    @Test
    void aTokenNamesItsKey() {
        ObjectNode header = header();
        header.remove("kid");
        assertRefused(forge.signed(header, claims()));
        assertRefused(forge.signed(header().put("kid", "k".repeat(3_000)), claims()));
        assertRefused(forge.signed(header().put("kid", "k".repeat(1 << 20)), claims()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"jku\":\"http://127.0.0.1:1/jwks.json\"",
                "\"jku\":null",
                "\"jwk\":PUBLIC",
                "\"jwk\":{}",
                "\"jwk\":null",
                "\"x5u\":\"http://127.0.0.1:1/key.pem\"",
                "\"x5c\":[\"MIIB\"]",
                "\"x5c\":[]",
                "\"x5t\":\"AA\"",
                "\"x5t#S256\":\"AA\"",
                "\"crit\":[\"exp\"]",
                "\"crit\":[\"b64\"],\"b64\":true",
                "\"crit\":[]",
                "\"b64\":false",
                "\"b64\":true",
                "\"zip\":\"DEF\"",
                "\"zip\":null",
                "\"cty\":\"JWT\"",
                "\"enc\":\"A256GCM\"",
                "\"epk\":PUBLIC",
                "\"unknown\":1",
                "\"alg\":\"ES256\"",
                "\"alg\":\"none\"",
                "\"kid\":\"key-1\"",
                "\"typ\":\"at+jwt\""
            })
    void noOtherHeaderParameterIsTaken(String parameter) {
        String more = parameter.replace("PUBLIC", forge.publicJwk());
        String header = header().toString();

        assertRefused(forge.signed(header.replace("}", "," + more + "}"), claims()));
        assertRefused(forge.signed(header.replace("{", "{" + more + ","), claims()));
    }

    /**
     * RFC 9068, section 4, would have a server of other people's tokens take {@code application/at+jwt} and any case too.
     * Nobody else signs with our keys, and we write it in one way, so every other way is a sign that something is wrong.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"JWT\"",
                "\"AT+JWT\"",
                "\"application/at+jwt\"",
                "\"at+jwt \"",
                "\"\"",
                "null",
                "1",
                "[\"at+jwt\"]"
            })
    void theTypeIsWrittenAsWeWriteIt(String type) {
        assertRefused(forge.signed(header().toString().replace("\"at+jwt\"", type), claims()));
    }

    /** Found by fuzzing: Gson skips the mark, and Java reads a byte that is no UTF-8 as a letter of its own. */
    @Test
    void aPartIsAnObjectInUtf8FromItsFirstByteOn() {
        for (String before : new String[] {"\ufeff", " ", "\n", "\u00a0"}) {
            assertRefused(forge.signed(before + header(), claims()));
            assertRefused(forge.signed(header(), before + claims()));
        }
        byte[] claims = claims().put("pad", "?").toString().getBytes(StandardCharsets.US_ASCII);
        String content = encode(header().toString()) + ".";
        assertThat(forge.tokens.verify(resigned(content + encode(claims)))).isPresent();
        for (int i = 0; i < claims.length; i++) {
            if (claims[i] == '?') {
                claims[i] = (byte) 0xff;
            }
        }
        assertRefused(resigned(content + encode(claims)));
    }

    @Test
    void theTypeIsNeeded() {
        ObjectNode header = header();
        header.remove("typ");

        assertRefused(forge.signed(header, claims()));
    }

    @Test
    void tokensInTokensAndEncryptedOnesAreRefused() {
        assertRefused(forge.signed(header(), good));
        assertRefused(forge.signed(header().put("cty", "JWT"), good));
        String encrypted = encode("{\"alg\":\"ECDH-ES\",\"enc\":\"A256GCM\",\"kid\":\"key-1\"}");
        assertRefused(
                encrypted + ".." + encode(new byte[12]) + "." + encode(new byte[64]) + "." + encode(new byte[16]));
        assertRefused(encrypted + "." + good.substring(good.indexOf('.') + 1));
        assertRefused("{\"payload\":\"" + good.split("\\.")[1] + "\"}");
    }

    /** Of one signature there is one spelling: none of these is in the cache after the good one, or gets into it. */
    @Test
    void noOtherSpellingOfAGoodTokenIsTaken() {
        assertThat(forge.tokens.verify(good)).isPresent();

        String[] parts = good.split("\\.");
        for (int i = 0; i < parts.length; i++) {
            for (String junk : new String[] {"=", "==", " ", "\n", "\t", "+", "/", "!", "\u0000", "A", "\u00e9", "."}) {
                assertRefused(join(parts, i, parts[i] + junk));
                assertRefused(join(parts, i, junk + parts[i]));
                assertRefused(join(parts, i, parts[i].substring(0, 5) + junk + parts[i].substring(5)));
            }
            assertRefused(join(parts, i, ""));
            assertRefused(join(parts, i, parts[i].substring(1)));
        }
        char last = good.charAt(good.length() - 1);
        for (int i = 0; i < ALPHABET.length(); i++) {
            char other = ALPHABET.charAt(i);
            if (other != last) {
                assertRefused(good.substring(0, good.length() - 1) + other);
            }
        }
        assertRefused(good.toUpperCase(Locale.ROOT));
        assertRefused(good + "." + parts[2]);
        assertThat(forge.tokens.verify(good)).isPresent();
    }

    /** Base64url has bits to spare at the end of a part; set, they change the text and not what it says. */
    @Test
    void spareBitsAreRefusedEvenWhereTheSignatureCoversThem() {
        String claims = claims().put("pad", "").toString();
        while (claims.length() % 3 != 1) {
            claims = claims.replace("\"pad\":\"", "\"pad\":\"x");
        }
        String part = encode(claims);
        char next = ALPHABET.charAt(ALPHABET.indexOf(part.charAt(part.length() - 1)) + 1);
        String content = encode(header().toString()) + "." + part;
        String spare = content.substring(0, content.length() - 1) + next;

        assertThat(forge.tokens.verify(resigned(content))).isPresent();
        assertRefused(resigned(spare));
        assertRefused(resigned(content + "="));
        assertRefused(resigned(content + "=="));
    }

    private String resigned(String content) {
        return content
                + "."
                + encode(Forge.signature(content, "SHA256withECDSAinP1363Format", forge.keyPair.getPrivate()));
    }

    @Test
    void whatIsNoTokenAtAllIsRefused() {
        for (String text :
                new String[] {"", ".", "..", "...", "....", ".....", "a", "a.b", "a.b.c", "null", "bnVsbA.bnVsbA.bnVsbA"
                }) {
            assertRefused(text);
        }
        assertRefused("a".repeat(1 << 20));
        assertRefused(".".repeat(1 << 20));
        assertRefused(forge.signed(header(), claims().put("pad", "x".repeat(1 << 20))));
        assertRefused(forge.signed("[".repeat(3_000), claims()));
        assertRefused(forge.signed("{\"a\":".repeat(500), claims()));
    }

    private void assertRefused(String token) {
        assertThat(forge.tokens.verify(token)).isEmpty();
    }

    private static String join(String[] parts, int replaced, String part) {
        String[] copy = parts.clone();
        copy[replaced] = part;
        return String.join(".", copy);
    }
}
