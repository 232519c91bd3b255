package dev.latchkey.accounts;

import static dev.latchkey.server.audit.AuditEvent.REGISTRATION_SUCCEEDED;

import dev.latchkey.accounts.RegistrationStore.Taken;
import dev.latchkey.credentials.Credentials;
import dev.latchkey.credentials.recovery.MailLimits;
import dev.latchkey.mail.MailKind;
import dev.latchkey.mail.NewMail;
import dev.latchkey.server.audit.AuditLog;
import dev.latchkey.server.contract.IdempotencyKey;
import dev.latchkey.server.names.CanonicalEmail;
import dev.latchkey.server.names.CanonicalName;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Makes accounts. */
final class Users {
    /** How long a registration with an {@code Idempotency-Key} may be sent again. */
    private static final Duration IDEMPOTENCY = Duration.ofHours(24);

    private final UserStore store;
    private final RegistrationStore registrations;
    private final Credentials credentials;
    private final MailLimits mailLimits;
    private final Clock clock;

    Users(
            UserStore store,
            RegistrationStore registrations,
            Credentials credentials,
            MailLimits mailLimits,
            Clock clock) {
        this.store = store;
        this.registrations = registrations;
        this.credentials = credentials;
        this.mailLimits = mailLimits;
        this.clock = clock;
    }

    /** @param isReplayed whether an earlier request made the account */
    record Registered(User user, boolean isReplayed) {}

    /**
     * Makes an account.
     *
     * @throws Problem USERNAME_EXISTS, EMAIL_EXISTS, or UNAVAILABLE if too many passwords wait to be hashed
     */
    User register(Registration registration) {
        return register(registration, null, null).user();
    }

    /**
     * Makes an account, unless an earlier request with the same key did.
     *
     * @param key null if the request has none
     * @param language of the request, a BCP 47 tag, or null
     * @throws Problem USERNAME_EXISTS, EMAIL_EXISTS, or UNAVAILABLE if too many passwords wait to be hashed
     */
    Registered register(Registration registration, IdempotencyKey key, String language) {
        String requestHash = key == null ? null : registration.hash(key);
        return findRegistered(requestHash).orElseGet(() -> create(registration, requestHash, language));
    }

    private Optional<Registered> findRegistered(String requestHash) {
        return requestHash == null
                ? Optional.empty()
                : registrations
                        .findUser(requestHash, clock.instant().minus(IDEMPOTENCY))
                        .flatMap(store::find)
                        .map(profile -> new Registered(profile.user(), true));
    }

    private Registered create(Registration registration, String requestHash, String language) {
        String usernameKey = CanonicalName.of(registration.username());
        String emailKey = CanonicalEmail.of(registration.email());
        // The insertion decides in the end; this avoids hashing a password in vain.
        Optional<Taken> taken = registrations.findTaken(usernameKey, emailKey);
        if (taken.isPresent()) {
            return takenBySameRequest(taken.get(), requestHash);
        }
        User user = new User(
                UUID.randomUUID().toString(),
                registration.username(),
                registration.email(),
                registration.fullName(),
                registration.age(),
                registration.gender(),
                registration.locale());
        String passwordHash = credentials.hash(registration.password());
        Account account = new Account(user, usernameKey, emailKey, passwordHash, clock.instant());
        NewMail mail = verification(user, language);
        taken = registrations.insert(account, requestHash, mail);
        if (taken.isPresent()) {
            return takenBySameRequest(taken.get(), requestHash);
        }
        if (mail != null) {
            store.wakeOutbox();
        }
        AuditLog.record(REGISTRATION_SUCCEEDED, user.id());
        return new Registered(user, false);
    }

    /** Null if there are no mails, or no more may be sent: the user can ask for one later. The client's address has a limit of its own. */
    private NewMail verification(User user, String language) {
        return store.sendsMails() && mailLimits.grant(null, user.email(), null)
                ? new NewMail(MailKind.EMAIL_VERIFICATION, user.id(), user.email(), language, null)
                : null;
    }

    /** The same request may have come twice at once. The other one has committed the account and its hash together. */
    private Registered takenBySameRequest(Taken taken, String requestHash) {
        return findRegistered(requestHash)
                .orElseThrow(() ->
                        new Problem(taken == Taken.USERNAME ? ErrorCode.USERNAME_EXISTS : ErrorCode.EMAIL_EXISTS));
    }

    /** Forgets the requests that can no longer be sent again. */
    void forgetOldRequests() {
        Instant before = clock.instant().minus(IDEMPOTENCY);
        while (registrations.deleteSome(before)) {
            // Until there are no more.
        }
    }
}
