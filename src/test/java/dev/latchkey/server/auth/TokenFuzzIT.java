package dev.latchkey.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.latchkey.testing.ProofSize;
import java.util.Base64;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Promise 16: whatever somebody sends for a token is refused, and nothing of it throws. */
final class TokenFuzzIT {
    private static final long SEED = 20_260_301;
    private static final String[] FRAGMENTS = {
        "null",
        "{",
        "}",
        "[",
        "]",
        "\"",
        ":",
        ",",
        "\\",
        "\\ud800",
        "1e999",
        "-1",
        "true",
        "\u0000",
        "\ud83d\ude00",
        "\"alg\":\"none\",",
        "\"alg\":null,",
        "\"enc\":\"A128GCM\",",
        "\"jwk\":{\"kty\":\"EC\"},",
        "\"jwk\":null,",
        "\"jwk\":{\"kty\":\"RSA\",\"n\":\"AA\",\"e\":\"\"},",
        "\"crit\":[null],",
        "\"crit\":{},",
        "\"x5c\":[1],",
        "\"x5u\":\"http://[\",",
        "\"jku\":1,",
        "\"b64\":null,",
        "\"b64\":false,",
        "\"zip\":\"DEF\",",
        "\"kid\":1,",
        "\"kid\":{\"a\":[]},",
        "\"typ\":null,",
        "\"p2c\":-1,",
        "\"epk\":[],",
        "\"iv\":1,",
        "[[[[[[[[[[[[[[[["
    };

    private final Random random = new Random(SEED);
    private final Forge forge = new Forge();
    private final String good = forge.signed(Forge.header(), Forge.claims());
    private final String[] parts = good.split("\\.");

    @Test
    void headersThatSomebodyTamperedWith() {
        String header = Forge.header().toString();
        refusesAll(ProofSize.of(20_000, 90_000), () -> Forge.encode(mutated(header)) + "." + parts[1] + "." + parts[2]);
    }

    @Test
    void segmentsAtRandom() {
        refusesAll(ProofSize.of(20_000, 80_000), () -> {
            StringBuilder token = new StringBuilder(randomSegment());
            for (int i = random.nextInt(6); i > 0; i--) {
                token.append('.').append(random.nextInt(3) == 0 ? parts[random.nextInt(3)] : randomSegment());
            }
            return token.toString();
        });
    }

    @Test
    void splicesAndTruncations() {
        refusesAll(ProofSize.of(7_000, 28_000), () -> {
            String start = good.substring(0, random.nextInt(good.length()));
            return random.nextBoolean() ? start : start + good.substring(random.nextInt(good.length()));
        });
    }

    /** Fewer, since most of these cost the check of a signature. */
    @Test
    void tokensWithAChangedBit() {
        refusesAll(ProofSize.of(500, 1_500), () -> {
            char[] token = good.toCharArray();
            token[random.nextInt(token.length)] ^= (char) (1 << random.nextInt(8));
            return new String(token);
        });
    }

    /** Behind a signature of ours nobody else can put anything; still, it is not for the reader to fall over. */
    @Test
    void claimsThatWeSignedDoNotThrow() {
        String claims = Forge.claims().toString();
        for (int i = 0; i < 300; i++) {
            String token = forge.signed(Forge.header(), mutated(claims));
            assertThatCode(() -> forge.tokens.verify(token))
                    .as("seed %d, number %d: %s", SEED, i, token)
                    .doesNotThrowAnyException();
        }
    }

    private void refusesAll(int count, Supplier<String> mutation) {
        for (int i = 0; i < count; i++) {
            String token = mutation.get();
            if (token.equals(good)) {
                continue;
            }
            assertThatCode(() -> assertThat(forge.tokens.verify(token)).isEmpty())
                    .as("seed %d, number %d: %s", SEED, i, token)
                    .doesNotThrowAnyException();
        }
    }

    private String mutated(String json) {
        StringBuilder text = new StringBuilder(json);
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(text.length() + 1);
            switch (random.nextInt(4)) {
                case 0 -> text.insert(at, FRAGMENTS[random.nextInt(FRAGMENTS.length)]);
                case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(8)));
                case 2 -> text.replace(at, Math.min(text.length(), at + 1), String.valueOf((char) random.nextInt(256)));
                default -> text.insert(Math.min(1, text.length()), FRAGMENTS[random.nextInt(FRAGMENTS.length)]);
            }
        }
        return text.toString();
    }

    private String randomSegment() {
        byte[] bytes = new byte[random.nextInt(80)];
        random.nextBytes(bytes);
        String text = Base64.getUrlEncoder().encodeToString(bytes);
        return random.nextBoolean() ? text.replace("=", "") : text;
    }
}
