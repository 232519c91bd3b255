package dev.latchkey.accounts;

import dev.latchkey.server.names.CanonicalEmail;
import dev.latchkey.server.names.CanonicalName;

/** By what accounts are listed. */
public enum AccountOrder {
    NAME("username_key"),
    EMAIL("email_key");

    private final String column;

    AccountOrder(String column) {
        this.column = column;
    }

    /** The column of the canonical form, which has an index. */
    String column() {
        return column;
    }

    /** The form in which all spellings of a prefix are the same. */
    String canonical(String prefix) {
        // Where there is no @ yet, it is the beginning of the part before it.
        return this == EMAIL && prefix.indexOf('@') >= 0 ? CanonicalEmail.of(prefix) : CanonicalName.of(prefix);
    }
}
