package dev.latchkey.users;

import dev.latchkey.problem.ErrorCode;
import dev.latchkey.problem.Problem;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;

/** Accounts and their passwords. */
public final class Users {
    private final UserStore store;
    private final Passwords passwords;
    private final Clock clock;

    /** {@code hashing} is the bounded pool that passwords are hashed on. */
    public Users(UserStore store, ExecutorService hashing, Clock clock) {
        this.store = store;
        this.passwords = new Passwords(hashing);
        this.clock = clock;
    }

    /**
     * Makes an account.
     *
     * @throws Problem USERNAME_EXISTS, EMAIL_EXISTS, or UNAVAILABLE where too many passwords wait to be hashed
     */
    User register(Registration registration) {
        User user = new User(
                UUID.randomUUID().toString(),
                registration.username(),
                registration.email(),
                registration.fullName(),
                registration.age(),
                registration.gender());
        Account account = new Account(
                user,
                CanonicalName.of(user.username()),
                CanonicalName.of(user.email()),
                passwords.hash(registration.password()),
                clock.instant());
        switch (store.insert(account)) {
            case USERNAME_TAKEN -> throw new Problem(ErrorCode.USERNAME_EXISTS);
            case EMAIL_TAKEN -> throw new Problem(ErrorCode.EMAIL_EXISTS);
            case INSERTED -> {}
        }
        return user;
    }

    /**
     * The id of the user whose name and password these are. An unknown name takes the same time as a wrong password.
     *
     * @throws Problem UNAVAILABLE where too many passwords wait to be hashed
     */
    public Optional<String> authenticate(String username, String password) {
        Optional<UserStore.Credentials> credentials = store.findCredentials(CanonicalName.of(username));
        String hash = credentials.map(UserStore.Credentials::passwordHash).orElse(null);
        return passwords.matches(password, hash) ? credentials.map(UserStore.Credentials::userId) : Optional.empty();
    }
}
