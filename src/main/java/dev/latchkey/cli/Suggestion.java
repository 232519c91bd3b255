package dev.latchkey.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.DamerauLevenshteinDistance;

/** What somebody who mistyped a name may have meant. */
final class Suggestion {
    private static final int MAX_NAMES = 20;

    private Suggestion() {}

    /** The known name that differs the least, if that is little: one letter in six, and one in any case, whatever the case and the hyphens. */
    static Optional<String> nearest(String written, Collection<String> known) {
        String bare = bare(written);
        int max = Math.max(1, bare.length() / 6);
        DamerauLevenshteinDistance distance = new DamerauLevenshteinDistance(max);
        return known.stream()
                .filter(name -> distance.apply(bare, bare(name)) >= 0)
                .min(Comparator.<String>comparingInt(name -> distance.apply(bare, bare(name)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    private static String bare(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
    }

    /** The end of a line about a name that is not known. */
    static String instead(String written, Collection<String> known) {
        return nearest(written, known)
                .map(name -> "did you mean " + name + "?")
                .orElseGet(() ->
                        known.stream().sorted().limit(MAX_NAMES).collect(Collectors.joining(", ", "there are ", ""))
                                + (known.size() > MAX_NAMES ? " and more" : ""));
    }
}
