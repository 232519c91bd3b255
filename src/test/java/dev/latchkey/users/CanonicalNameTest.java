package dev.latchkey.users;

import static org.assertj.core.api.Assertions.assertThat;

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
