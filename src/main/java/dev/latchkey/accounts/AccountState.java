package dev.latchkey.accounts;

import java.time.Instant;

/**
 * An account as an operator sees it.
 *
 * @param disabledAt null if it is not disabled
 * @param sessions how many have not ended
 */
public record AccountState(
        String id,
        String username,
        String email,
        String fullName,
        Instant createdAt,
        Instant disabledAt,
        int sessions,
        Mail mail) {

    /**
     * What is known of the mail to the user.
     *
     * @param verifiedAt since when the address is proven, or null
     * @param pendingEmail the address that waits to be confirmed, or null
     * @param locale a BCP 47 tag, or null
     */
    public record Mail(Instant verifiedAt, String pendingEmail, String locale) {

        /** Leaves out what is personal. */
        @Override
        public String toString() {
            return "Mail[verifiedAt=" + verifiedAt + "]";
        }
    }

    /** Leaves out what is personal. */
    @Override
    public String toString() {
        return "AccountState[id=" + id + "]";
    }
}
