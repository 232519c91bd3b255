package dev.latchkey.client;

import dev.latchkey.client.model.EmailConfirmation;
import dev.latchkey.client.model.RequestedVerification;

/**
 * Proves that a user reads the mail of an address: all its operations, and short ways to use them. Where the server sends no mail, they fail with
 * NOT_FOUND.
 */
public final class EmailVerifications extends EmailApi {

    EmailVerifications(Calls calls) {
        super(calls);
    }

    /**
     * Asks for a mail with a code and a link to the address of the user that waits to be confirmed.
     *
     * @return where the mail goes
     * @throws LatchkeyException if it fails
     */
    public RequestedVerification requestVerification() {
        return DataStore.present(requestEmailVerification().getData());
    }

    /**
     * Proves an address by the code of the mail. Nobody needs to be logged in.
     *
     * @param email the address that the mail went to
     * @param code as the user typed it
     * @throws LatchkeyException if it fails, with INVALID_CODE if the code is no longer good
     */
    public void confirmCode(String email, String code) {
        confirmEmailVerification(new EmailConfirmation().email(email).code(code));
    }

    /**
     * Proves an address by the link of the mail. Nobody needs to be logged in.
     *
     * @param token the token in the fragment of the link
     * @throws LatchkeyException if it fails, with INVALID_CODE if the link is no longer good
     */
    public void confirmToken(String token) {
        confirmEmailVerification(new EmailConfirmation().token(token));
    }
}
