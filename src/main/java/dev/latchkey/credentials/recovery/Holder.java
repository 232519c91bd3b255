package dev.latchkey.credentials.recovery;

/**
 * The user of an account that is not disabled, as far as mails need it.
 *
 * @param pendingEmail the address that waits to be confirmed, or null
 * @param locale the user's language, a BCP 47 tag, or null
 */
record Holder(
        String userId,
        String username,
        String email,
        String pendingEmail,
        String fullName,
        String locale,
        boolean isVerified,
        int passwordVersion) {

    /** Whether this is, or is to be, an address of the account and is not proven yet. */
    boolean isToProve(String address) {
        return address.equals(pendingEmail) || (address.equals(email) && !isVerified);
    }

    /** Which address is to be proven next; null if none is. */
    String unproven() {
        if (pendingEmail != null) {
            return pendingEmail;
        }
        return isVerified ? null : email;
    }

    /** Whether the address of the account is this one. */
    boolean isAt(String mailboxHash) {
        return MailboxKey.of(email).hash().equals(mailboxHash);
    }

    /** Whether the address that waits is this one. */
    boolean isToMoveTo(String mailboxHash) {
        return pendingEmail != null && MailboxKey.of(pendingEmail).hash().equals(mailboxHash);
    }

    /** Leaves out what is personal. */
    @Override
    public String toString() {
        return "Holder[userId=" + userId + "]";
    }
}
