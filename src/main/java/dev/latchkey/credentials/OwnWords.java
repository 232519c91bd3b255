package dev.latchkey.credentials;

import dev.latchkey.server.names.CanonicalName;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The words that somebody who knows a user, or only this service, would try first in guessing a password.
 *
 * @param words in the form of {@link CanonicalName}, the longest first
 */
record OwnWords(List<String> words) {
    private static final String SERVICE = "latchkey";
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{M}\\p{N}]+");
    private static final int MIN_LENGTH = 3;

    /** The contract's largest limit: a longer name is refused anyway. */
    private static final int MAX_LENGTH = 256;

    /** Replaces a word; counts as one character to guess. */
    private static final String MARK = "\uE000";

    /** The names, the two parts of the address, and the single words of all these; each argument may be null. */
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

    /** The text with each of the words, forwards or backwards, replaced by one character. */
    String mark(String text) {
        String marked = text;
        for (String word : words) {
            marked = marked.replace(word, MARK).replace(new StringBuilder(word).reverse(), MARK);
        }
        return marked;
    }
}
