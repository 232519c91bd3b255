package dev.latchkey.credentials;

import java.text.Normalizer;

/**
 * The normal form of a password, which is the same however it was typed: systems differ in whether they send {@code é} as one
 * character or as two, and in which spaces their keyboards send.
 *
 * <p>As in the profile OpaqueString of RFC 8265, every space becomes U+0020, then NFC is applied. Neither case nor width is changed.
 * Unlike the profile, the contract forbids no characters.
 */
final class PasswordForm {
    /**
     * In UTF-16 units; more than any form of a valid password. Normalization takes time quadratic in the number of combining marks:
     * seconds for as many as fit in a body.
     */
    private static final int MAX_LENGTH = 1_024;

    private PasswordForm() {}

    /** A text that is longer than any valid password is returned as it is. */
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
