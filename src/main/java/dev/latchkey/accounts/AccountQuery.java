package dev.latchkey.accounts;

import dev.latchkey.data.KeyRange;

/**
 * Which accounts an operator wants to see.
 *
 * @param order by what, of which {@code prefix} is the beginning
 * @param prefix in any case and Unicode form; a domain in Unicode counts only as a whole. Empty for all accounts
 * @param after the {@link AccountPage#last} of the page before, or null for the first page
 * @param size the max number of accounts
 */
public record AccountQuery(AccountOrder order, String prefix, String after, int size) {

    /** @throws IllegalArgumentException if {@code after} cannot be of a page with this order and prefix */
    public AccountQuery {
        if (after != null && (!after.startsWith(order.canonical(prefix)) || after.indexOf('\0') >= 0)) {
            throw new IllegalArgumentException("no account is there: " + after);
        }
    }

    /** Where all that begin with the prefix are. */
    KeyRange all() {
        return KeyRange.withPrefix(order.canonical(prefix));
    }

    /** Where those of this page and the next ones are. */
    KeyRange rest() {
        return after == null ? all() : all().after(after);
    }
}
