package dev.latchkey.accounts;

import java.util.List;

/**
 * Accounts that follow one another in the order of their canonical names or addresses.
 *
 * @param total how many there are on all pages, a moment earlier
 * @param last where the next page begins, or null if this is the last one
 */
public record AccountPage(List<AccountState> accounts, long total, String last) {

    public AccountPage {
        accounts = List.copyOf(accounts);
    }
}
