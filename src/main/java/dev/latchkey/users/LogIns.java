package dev.latchkey.users;

import dev.latchkey.limits.Client;
import dev.latchkey.limits.LogInLimits;
import dev.latchkey.names.CanonicalName;
import dev.latchkey.problem.Problem;
import java.util.Optional;

/** Checks passwords for strangers: as {@link Users} does, within limits. */
public final class LogIns {
    private final Users users;
    private final LogInAddresses addresses;
    private final LogInLimits limits;

    public LogIns(Users users, LogInAddresses addresses, LogInLimits limits) {
        this.users = users;
        this.addresses = addresses;
        this.limits = limits;
    }

    /**
     * The user whose name and password these are.
     *
     * @throws Problem TOO_MANY_REQUESTS after too many failures, or UNAVAILABLE where too many passwords wait to be checked
     */
    public Optional<Users.Authentication> authenticate(String username, String password, Client client) {
        Optional<Users.Authentication> user =
                limits.attempt(CanonicalName.of(username), client, () -> users.authenticate(username, password));
        user.ifPresent(authentication -> addresses.remember(authentication.userId(), client.address()));
        return user;
    }
}
