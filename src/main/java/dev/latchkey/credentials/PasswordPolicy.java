package dev.latchkey.credentials;

import com.nulabinc.zxcvbn.StandardDictionaries;
import com.nulabinc.zxcvbn.StandardKeyboards;
import com.nulabinc.zxcvbn.Strength;
import com.nulabinc.zxcvbn.Zxcvbn;
import com.nulabinc.zxcvbn.ZxcvbnBuilder;
import com.nulabinc.zxcvbn.matchers.Dictionary;
import com.nulabinc.zxcvbn.matchers.Match;
import dev.latchkey.server.names.CanonicalName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which passwords are allowed: all of a valid length, except for those that are easy to guess.
 *
 * <p>zxcvbn estimates how many guesses a password withstands. It knows the 30,000 most used ones, names and words, and how people
 * vary them. A password is judged in the form of {@link CanonicalName}, so that neither case nor width hides anything; it is hashed
 * in its {@link PasswordForm}.
 */
public final class PasswordPolicy {
    private static final int MIN_LENGTH = 8;
    private static final int MAX_LENGTH = 256;

    /** A million guesses, where zxcvbn's "very guessable" ends; eight random characters withstand a hundred million. */
    private static final double ENOUGH = 6;

    /** zxcvbn takes time cubic in the length. No password in its lists is longer than this. */
    private static final int PART_LENGTH = 20;

    private static final int MAX_PARTS = 4;

    /** Signs that may stand for letters. zxcvbn tries every combination of readings: more than a few signs take seconds. */
    private static final String SIGNS_FOR_LETTERS = "@({[<!|$+%";

    private static final int MAX_SIGNS_FOR_LETTERS = 2;

    private static final String WRONG_LENGTH = "must be " + MIN_LENGTH + " to " + MAX_LENGTH + " characters long";
    private static final String MOST_USED = "is one of the most used passwords";
    private static final String OWN = "is made of your username, e-mail address or name, or of this service's name";
    private static final String TOO_EASY = "is too easy to guess";

    private PasswordPolicy() {}

    /** Loaded with the first password: that takes a tenth of a second and 11 MB, of which 1.4 MB stay, and most commands do not need it. */
    private static final class Guessing {
        static final Zxcvbn ZXCVBN = load();

        private static Zxcvbn load() {
            try {
                ZxcvbnBuilder builder = new ZxcvbnBuilder().keyboards(StandardKeyboards.loadAllKeyboards());
                for (Dictionary dictionary : StandardDictionaries.loadAllDictionaries()) {
                    builder.dictionary(RankedWords.compact(dictionary));
                }
                return builder.build();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Why the user that the other arguments describe may not have this password, or empty; those arguments may be null. */
    public static Optional<String> check(String password, String username, String email, String fullName) {
        // The max applies to the password as sent. The min applies to its normal form, which may be shorter.
        if (codePoints(password) > MAX_LENGTH || codePoints(PasswordForm.of(password)) < MIN_LENGTH) {
            return Optional.of(WRONG_LENGTH);
        }
        String text = CanonicalName.of(password);
        OwnWords own = OwnWords.of(username, email, fullName);
        double guesses = Math.min(guesses(text, own.words()), guesses(own.mark(text), List.of()));
        if (guesses >= ENOUGH) {
            return Optional.empty();
        }
        if (guesses < guesses(text, List.of())) {
            return Optional.of(OWN);
        }
        return Optional.of(isMostUsed(text) ? MOST_USED : TOO_EASY);
    }

    private static int codePoints(String text) {
        return text.codePointCount(0, text.length());
    }

    /** The decimal logarithm of the number of guesses; stops counting at {@link #ENOUGH}. */
    private static double guesses(String text, List<String> ownWords) {
        double guesses = 0;
        Set<String> parts = new HashSet<>();
        String rest = text;
        while (!rest.isEmpty() && parts.size() < MAX_PARTS && guesses < ENOUGH) {
            Beginning beginning = Beginning.of(rest);
            rest = rest.substring(beginning.length());
            if (parts.add(beginning.part())) {
                guesses += measure(beginning.part(), ownWords).getGuessesLog10();
            }
        }
        return guesses;
    }

    private static boolean isMostUsed(String text) {
        Beginning beginning = Beginning.of(text);
        List<Match> sequence = measure(beginning.part(), List.of()).getSequence();
        return beginning.length() == text.length()
                && sequence.size() == 1
                && "passwords".equals(sequence.get(0).dictionaryName);
    }

    private static Strength measure(String part, List<String> ownWords) {
        StringBuilder readable = new StringBuilder(part);
        Set<Character> signs = new HashSet<>();
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (SIGNS_FOR_LETTERS.indexOf(c) >= 0 && signs.add(c) && signs.size() > MAX_SIGNS_FOR_LETTERS) {
                signs.remove(c);
                readable.setCharAt(i, '~');
            }
        }
        return Guessing.ZXCVBN.measure(readable, ownWords);
    }

    /**
     * The beginning of a text that is judged in one piece.
     *
     * @param part what zxcvbn judges: of a repetition, one period
     */
    private record Beginning(String part, int length) {

        /** Of a text that is not empty: a repetition, even if its last period is incomplete, or as much as zxcvbn is given at once. */
        static Beginning of(String text) {
            int repeated = 0;
            int period = 0;
            // Knuth, Morris and Pratt: border[i] is the length of the longest proper prefix of the text that ends at i.
            int[] border = new int[text.length()];
            for (int i = 1; i < text.length(); i++) {
                int length = border[i - 1];
                while (length > 0 && text.charAt(i) != text.charAt(length)) {
                    length = border[length - 1];
                }
                border[i] = text.charAt(i) == text.charAt(length) ? length + 1 : 0;
                // zxcvbn itself finds short repetitions.
                if (i + 1 >= MIN_LENGTH && border[i] >= i + 1 - border[i]) {
                    repeated = i + 1;
                    period = i + 1 - border[i];
                }
            }
            int length = repeated == 0 ? Math.min(PART_LENGTH, text.length()) : repeated;
            return new Beginning(text.substring(0, Math.min(PART_LENGTH, repeated == 0 ? length : period)), length);
        }
    }
}
