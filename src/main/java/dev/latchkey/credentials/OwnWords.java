package dev.latchkey.credentials;

import dev.latchkey.server.names.CanonicalName;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What somebody who knows a user, or only this service, would try first.
 *
 * @param words in the form of {@link CanonicalName}, the longest first
 */
record OwnWords(List<String> words) {
    private static final String SERVICE = "latchkey";
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{M}\\p{N}]+");
    private static final int MIN_LENGTH = 3;

    /** The limits of the contract: what is longer is refused by itself. */
    private static final int MAX_LENGTH = 256;

    /** Takes the place of a word, and is as easy to guess as any one character. */
    private static final String MARK = "\uE000";

    /** The whole names, the parts of the address, and their single words; each argument may be null. */
    static OwnWords of(String username, String email, String fullName) {
        Set<String> words = new LinkedHashSet<>();
        words.add(SERVICE);
        add(words, username);
        add(words, email);
        add(words, fullName);
        if (email != null) {
            add(words, email.substring(0, Math.max(0, email.lastIndexOf('@'))));
            add(words, email.substring(email.lastIndexOf('@') + 1));
        }
        return new OwnWords(words.stream()
                .filter(word -> word.length() >= MIN_LENGTH)
                .sorted(Comparator.comparing(String::length).reversed())
                .toList());
    }

    private static void add(Set<String> words, String name) {
        if (name == null || name.codePointCount(0, name.length()) > MAX_LENGTH) {
            return;
        }
        String whole = CanonicalName.of(name);
        List<String> parts = List.of(BETWEEN_WORDS.split(whole));
        words.add(whole);
        words.addAll(parts);
        words.add(String.join("", parts));
    }

    /** The text with one character for each of the words, written forwards or backwards. */
    String mark(String text) {
        String marked = text;
        for (String word : words) {
            marked = marked.replace(word, MARK).replace(new StringBuilder(word).reverse(), MARK);
        }
        return marked;
    }
}
