package dev.latchkey.client;

import java.util.Objects;

/**
 * A log-in that waits for the code of a mail. Protect it like a password.
 *
 * @param email where the mail goes; the name of the log-in
 * @param deviceToken lets this device, and no other, log in with the code
 * @param expiresIn seconds until the code expires
 */
public record PendingLogIn(String email, String deviceToken, int expiresIn) {

    /**
     * Checks that what is needed is there.
     *
     * @param email where the mail goes; the name of the log-in
     * @param deviceToken lets this device, and no other, log in with the code
     * @param expiresIn seconds until the code expires
     */
    public PendingLogIn {
        Objects.requireNonNull(email, "email");
        Objects.requireNonNull(deviceToken, "deviceToken");
    }

    /** Without the token: it is a secret. */
    @Override
    public String toString() {
        return "PendingLogIn[email=" + email + ", expiresIn=" + expiresIn + "]";
    }
}
