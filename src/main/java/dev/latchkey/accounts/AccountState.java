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
        int sessions) {

    /** Leaves out what is personal. */
    @Override
    public String toString() {
        return "AccountState[id=" + id + "]";
    }
}
