package dev.latchkey.accounts;

import dev.latchkey.server.names.CanonicalEmail;
import java.time.Instant;

/**
 * An account as its user sees it.
 *
 * @param isVerified whether the user has proven to read the mail of the address
 * @param pendingEmail the address that takes its place once it is confirmed, or null
 */
record Profile(User user, Instant createdAt, boolean isVerified, String pendingEmail) {

    Profile withUser(User changed) {
        return new Profile(changed, createdAt, isVerified, pendingEmail);
    }

    /**
     * With another address. Another spelling of the same one is as proven as that, and cancels a change that waits to be confirmed.
     *
     * @param mustBeConfirmed whether an address of another mailbox has to wait until it is confirmed
     */
    Profile withEmail(String email, boolean mustBeConfirmed) {
        boolean isSame = isSameMailbox(email, user.email());
        if (!isSame && mustBeConfirmed) {
            return new Profile(user, createdAt, isVerified, email);
        }
        User changed =
                new User(user.id(), user.username(), email, user.fullName(), user.age(), user.gender(), user.locale());
        return new Profile(changed, createdAt, isVerified && isSame, null);
    }

    /** Whether it is to have an address of its own that {@code before} was not to have. */
    boolean isToMoveSince(Profile before) {
        return pendingEmail != null && !pendingEmail.equals(before.pendingEmail);
    }

    /** Whether its mail goes where that of {@code before} went. */
    boolean hasMailboxOf(Profile before) {
        return isSameMailbox(user.email(), before.user.email());
    }

    private static boolean isSameMailbox(String email, String other) {
        return email.equals(other) || CanonicalEmail.of(email).equals(CanonicalEmail.of(other));
    }
}
