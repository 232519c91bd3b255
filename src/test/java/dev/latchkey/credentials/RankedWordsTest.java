package dev.latchkey.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import com.nulabinc.zxcvbn.StandardDictionaries;
import com.nulabinc.zxcvbn.matchers.Dictionary;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RankedWordsTest {
    private static final Map<String, Integer> WORDS = Map.of(
            "",
            7,
            "a",
            1,
            "ab",
            300,
            "abc",
            2,
            "b",
            40_000,
            "\u00e9t\u00e9",
            5,
            "\ud83d\udd11",
            6,
            "zz",
            3,
            "\uffee",
            8,
            "?",
            9);

    @Test
    void hasWhatItWasMadeOf() {
        assertThat(new RankedWords(WORDS)).isEqualTo(WORDS);
        assertThat(WORDS)
                .allSatisfy((word, rank) -> assertThat(new RankedWords(WORDS)).containsEntry(word, rank));
        assertThat(new RankedWords(Map.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"A", "aa", "abcd", "ac", "bb", "\u00e9", "\ud83d", "zzz", " "})
    void hasNoOther(String word) {
        assertThat(new RankedWords(WORDS).get(word)).isNull();
        assertThat(new RankedWords(WORDS).containsKey(word)).isFalse();
    }

    @Test
    void knowsAllWordsOfZxcvbn() throws Exception {
        for (Dictionary dictionary : StandardDictionaries.loadAllDictionaries()) {
            Dictionary compact = RankedWords.compact(dictionary);

            assertThat(compact.getName()).isEqualTo(dictionary.getName());
            Map<String, Integer> words = compact.getRankedDictionary();
            dictionary.getRankedDictionary().forEach((word, rank) -> {
                if (!rank.equals(words.get(word))) {
                    throw new AssertionError(dictionary.getName() + ": " + word);
                }
            });
            assertThat(words).hasSameSizeAs(dictionary.getRankedDictionary());
        }
    }
}
