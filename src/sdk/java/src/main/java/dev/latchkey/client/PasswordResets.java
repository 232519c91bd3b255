package dev.latchkey.client;

import dev.latchkey.client.model.MailRequest;
import dev.latchkey.client.model.PasswordReset;

/** "Forgot my password": all its operations, and short ways to use them. Where the server sends no mail, they fail with NOT_FOUND. */
public final class PasswordResets extends PasswordResetApi {

    PasswordResets(Calls calls) {
        super(calls);
    }

    /**
     * Asks for a mail with a code and a link. It succeeds whether any account has this address.
     *
     * @param email the address of the account
     * @throws LatchkeyException if it fails
     */
    public void request(String email) {
        requestPasswordReset(new MailRequest().email(email));
    }

    /**
     * Sets a new password by the code of the mail. All sessions of the user end, and nobody is logged in by it.
     *
     * @param email the address that the mail went to
     * @param code as the user typed it
     * @param newPassword the new password
     * @throws LatchkeyException if it fails, with INVALID_CODE if the code is no longer good
     */
    public void confirmCode(String email, String code, String newPassword) {
        confirmPasswordReset(new PasswordReset().email(email).code(code).newPassword(newPassword));
    }

    /**
     * Sets a new password by the link of the mail. All sessions of the user end, and nobody is logged in by it.
     *
     * @param token the token in the fragment of the link
     * @param newPassword the new password
     * @throws LatchkeyException if it fails, with INVALID_CODE if the link is no longer good
     */
    public void confirmToken(String token, String newPassword) {
        confirmPasswordReset(new PasswordReset().token(token).newPassword(newPassword));
    }
}
