package dev.latchkey.accounts;

import java.time.Instant;

/** An account as its user sees it. */
record Profile(User user, Instant createdAt) {

    Profile withEmail(String email) {
        return new Profile(
                new User(user.id(), user.username(), email, user.fullName(), user.age(), user.gender()), createdAt);
    }
}
