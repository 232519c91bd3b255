package dev.latchkey.server.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CanonicalNameTest {

    @ParameterizedTest
    @CsvSource({
        "Alice, alice",
        "Zoe\u0308, ZOË",
        "straße, STRASSE",
        "ὈΔΥΣΣΕΎΣ, ὀδυσσεύς",
        "σ, ς",
        "ﬁona, FIONA",
        "Ⅳ, iv",
        "ｗｉｄｅ, wide",
        "Å, å",
        "ǅ, ǆ"
    })
    void foldsSpellingsOfOneName(String one, String other) {
        assertThat(CanonicalName.of(one)).isEqualTo(CanonicalName.of(other));
    }

    @ParameterizedTest
    @CsvSource({"zoe, zoë", "alice, аlice", "a_b, a-b", "l, 1"})
    void keepsDifferentNamesApart(String one, String other) {
        assertThat(CanonicalName.of(one)).isNotEqualTo(CanonicalName.of(other));
    }

    /** Sorting tens of thousands of marks would take seconds, and nobody can have such a name. */
    @Test
    void leavesWhatIsTooLongForAName() {
        String endless = "\u0301".repeat(16_000) + "\u0323".repeat(16_000);
        assertThat(CanonicalName.of(endless)).isSameAs(endless);
        // The longest spelling of a name of 64 characters.
        assertThat(CanonicalName.of(Normalizer.normalize("\ufdfa".repeat(64), Normalizer.Form.NFKD)))
                .isEqualTo(CanonicalName.of("\ufdfa".repeat(64)));
    }

    @Test
    void isItsOwnCanonicalName() {
        for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
            if (Character.isLetterOrDigit(codePoint)) {
                String canonical = CanonicalName.of(Character.toString(codePoint));
                assertThat(CanonicalName.of(canonical)).as("U+%04X", codePoint).isEqualTo(canonical);
            }
        }
    }
}
