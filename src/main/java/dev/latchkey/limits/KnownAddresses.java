package dev.latchkey.limits;

import dev.latchkey.address.AddressBlock;
import java.util.Optional;

/** Remembers where the users of accounts have logged in from. */
public interface KnownAddresses {

    /**
     * An account that somebody tries to log in to.
     *
     * @param isKnown whether its user has logged in from the address
     */
    record Account(String userId, boolean isKnown) {}

    /** The account of this canonical name, if there is one. */
    Optional<Account> find(String canonicalName, AddressBlock address);
}
