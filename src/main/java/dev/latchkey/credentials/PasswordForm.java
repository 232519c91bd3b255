package dev.latchkey.credentials;

import java.text.Normalizer;

/**
 * The form in which two inputs of a password are the same: keyboards of different systems send {@code é} as one character or as two,
 * and another space with another key held.
 *
 * <p>As the profile OpaqueString of RFC 8265 has it: every space is U+0020, then form C. Neither case nor width is changed. What the
 * profile forbids, the contract allows, and so it passes here.
 */
final class PasswordForm {
    /**
     * In UTF-16 units; more than any form of a password that somebody may take. Putting marks in order takes the square of their
     * number: seconds for all that fits in a body.
     */
    private static final int MAX_LENGTH = 1_024;

    private PasswordForm() {}

    /** What is longer than any password stays as it is. */
    static String of(String password) {
        if (password.length() > MAX_LENGTH) {
            return password;
        }
        StringBuilder spaced = new StringBuilder(password);
        for (int i = 0; i < spaced.length(); i++) {
            if (Character.getType(spaced.charAt(i)) == Character.SPACE_SEPARATOR) {
                spaced.setCharAt(i, ' ');
            }
        }
        return Normalizer.normalize(spaced, Normalizer.Form.NFC);
    }
}
