package dev.latchkey.credentials;

import com.nulabinc.zxcvbn.matchers.Dictionary;
import java.nio.charset.StandardCharsets;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A list of words of zxcvbn, with the rank of each, in an eighth of the memory: zxcvbn's own maps would be a third of all that the server
 * keeps on its heap.
 */
final class RankedWords extends AbstractMap<String, Integer> {
    // In UTF-8, in their order, one after the other.
    private final byte[] text;
    // Where each of them begins, and where the last one ends.
    private final int[] starts;
    private final int[] ranks;
    // Zxcvbn asks for every part of a password.
    private final int maxLength;

    /** Copies {@code words}, which must be well-formed Unicode, and each have a rank. */
    RankedWords(Map<String, Integer> words) {
        List<byte[]> sorted = words.keySet().stream()
                .map(word -> word.getBytes(StandardCharsets.UTF_8))
                .sorted(Arrays::compare)
                .toList();
        text = new byte[sorted.stream().mapToInt(word -> word.length).sum()];
        starts = new int[sorted.size() + 1];
        ranks = new int[sorted.size()];
        maxLength = words.keySet().stream().mapToInt(String::length).max().orElse(0);
        for (int i = 0; i < ranks.length; i++) {
            byte[] word = sorted.get(i);
            System.arraycopy(word, 0, text, starts[i], word.length);
            starts[i + 1] = starts[i] + word.length;
            ranks[i] = words.get(word(i));
        }
    }

    /** The same words as those of {@code dictionary}, and under the same name. */
    static Dictionary compact(Dictionary dictionary) {
        Map<String, Integer> words = new RankedWords(dictionary.getRankedDictionary());
        return new Dictionary(dictionary.getName(), List.of()) {
            @Override
            public Map<String, Integer> getRankedDictionary() {
                return words;
            }
        };
    }

    private String word(int i) {
        return new String(text, starts[i], starts[i + 1] - starts[i], StandardCharsets.UTF_8);
    }

    @Override
    public Integer get(Object key) {
        if (!(key instanceof String word) || word.length() > maxLength) {
            return null;
        }
        byte[] sought = word.getBytes(StandardCharsets.UTF_8);
        int low = 0;
        int high = ranks.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Arrays.compare(text, starts[middle], starts[middle + 1], sought, 0, sought.length);
            if (order == 0) {
                // What is no Unicode looks like another text in UTF-8.
                return word(middle).equals(word) ? ranks[middle] : null;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    @Override
    public boolean containsKey(Object key) {
        return get(key) != null;
    }

    @Override
    public Set<Entry<String, Integer>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Entry<String, Integer>> iterator() {
                return IntStream.range(0, ranks.length)
                        .mapToObj(i -> Map.entry(word(i), ranks[i]))
                        .iterator();
            }

            @Override
            public int size() {
                return ranks.length;
            }
        };
    }
}
