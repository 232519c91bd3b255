package dev.latchkey.client;

import dev.latchkey.client.model.EmailLogIn;
import dev.latchkey.client.model.MailRequest;
import dev.latchkey.client.model.RequestedLogIn;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Logs in without a password, by a code from a mail: all its operations, and short ways to use them. Where the operator has not allowed it, they
 * fail with NOT_FOUND.
 */
public final class EmailLogIns extends EmailLogInApi {
    private final Session session;

    /** Holds null if there is none. */
    private final AtomicReference<PendingLogIn> kept = new AtomicReference<>();

    EmailLogIns(Calls calls, Session session) {
        super(calls);
        this.session = session;
    }

    /**
     * Asks for a mail to log in with. It succeeds whether any account has this address. The client keeps the result until it is used; a program that
     * may be started anew before the user has the code keeps it itself.
     *
     * @param email the address of the account
     * @return what this device needs to continue
     * @throws LatchkeyException if it fails
     */
    public PendingLogIn request(String email) {
        RequestedLogIn requested = DataStore.present(
                requestEmailLogIn(new MailRequest().email(email)).getData());
        PendingLogIn pending = new PendingLogIn(email, requested.getDeviceToken(), requested.getExpiresIn());
        kept.set(pending);
        return pending;
    }

    /**
     * Logs in with the code of the mail that this client has asked for.
     *
     * @param code as the user typed it
     * @throws LatchkeyException if it fails, with INVALID_CODE if the code is no longer good
     * @throws IllegalStateException if this client has not asked
     */
    public void confirmCode(String code) {
        confirmCode(code, kept());
    }

    /**
     * Logs in with the code of the mail.
     *
     * @param code as the user typed it
     * @param pending what {@link #request} gave
     * @throws LatchkeyException if it fails, with INVALID_CODE if the code is no longer good
     */
    public void confirmCode(String code, PendingLogIn pending) {
        confirm(new EmailLogIn().code(code), pending);
    }

    /**
     * Logs in with the link of the mail that this client has asked for.
     *
     * @param token the token in the fragment of the link
     * @throws LatchkeyException if it fails, with INVALID_CODE if the link is no longer good
     * @throws IllegalStateException if this client has not asked
     */
    public void confirmToken(String token) {
        confirmToken(token, kept());
    }

    /**
     * Logs in with the link of the mail.
     *
     * @param token the token in the fragment of the link
     * @param pending what {@link #request} gave
     * @throws LatchkeyException if it fails, with INVALID_CODE if the link is no longer good
     */
    public void confirmToken(String token, PendingLogIn pending) {
        confirm(new EmailLogIn().token(token), pending);
    }

    private PendingLogIn kept() {
        PendingLogIn pending = kept.get();
        if (pending == null) {
            throw new IllegalStateException("No log-in by mail is pending: call request first, or give what it gave");
        }
        return pending;
    }

    private void confirm(EmailLogIn proof, PendingLogIn pending) {
        proof.deviceToken(pending.deviceToken()).refresh(true);
        session.begin(pending.email(), () -> createTokenByEmail(proof).getData());
        // Another may have been given, or asked for in the meantime.
        kept.compareAndSet(pending, null);
    }
}
