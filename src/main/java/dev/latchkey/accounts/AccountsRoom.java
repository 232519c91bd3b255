package dev.latchkey.accounts;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.latchkey.api.model.NewUserBody;
import dev.latchkey.credentials.Credentials;
import dev.latchkey.credentials.CredentialsRoom;
import dev.latchkey.credentials.recovery.RecoveryRoom;
import dev.latchkey.data.DataRoom;
import dev.latchkey.server.database.Database;
import dev.latchkey.server.http.ServerParts;
import dev.latchkey.server.limits.Client;
import dev.latchkey.server.limits.CurrentClient;
import dev.latchkey.server.limits.LimitSettings;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.sessions.SessionsRoom;
import java.time.Clock;
import java.time.Duration;
import org.hibernate.validator.cfg.ConstraintMapping;
import org.hibernate.validator.cfg.GenericConstraintDef;

/** Who the users are. */
public final class AccountsRoom {
    private static final String PATH = "/api/register";
    private static final Duration CLEANING = Duration.ofMinutes(1);

    private final Database database;
    private final UserStore store;
    private final UserAccessStore access;
    private final Profiles profiles;
    private final Users users;
    private final Credentials credentials;
    private final SessionsRoom sessions;
    private final Clock clock;

    public AccountsRoom(
            Database database, CredentialsRoom credentials, RecoveryRoom recovery, SessionsRoom sessions, Clock clock) {
        this.database = database;
        this.store = new UserStore(database, recovery.outbox());
        this.access = new UserAccessStore(database, sessions.endingStore(), recovery.outbox());
        this.profiles = new Profiles(store, recovery.mailLimits(), clock);
        this.users = new Users(
                store,
                new RegistrationStore(database, recovery.outbox()),
                credentials.credentials(),
                recovery.mailLimits(),
                clock);
        this.credentials = credentials.credentials();
        this.sessions = sessions;
        this.clock = clock;
    }

    /** A constraint that the contract cannot express: which passwords are too easy to guess. */
    public static void constraints(ConstraintMapping mapping) {
        mapping.type(NewUserBody.class).constraint(new GenericConstraintDef<>(GoodPassword.class));
    }

    /** What operators do to accounts. {@code mapper} writes the bodies of the contract. */
    public Administration administration(DataRoom data, ObjectMapper mapper) {
        AccountRecords records = new AccountRecords(
                new AccountListStore(database, clock),
                profiles,
                new Exports(profiles, data.entries()),
                new ExportWriter(mapper),
                data.quotas());
        return new Administration(users, credentials, store, access, records, clock);
    }

    /** Adds {@code /api/register}, with a limit for each address. */
    public void addRegistration(ServerParts server, LimitSettings limits, CurrentClient client) {
        RegistrationLimit limit = new RegistrationLimit(limits, server.metrics().dropwizard(), Ticker.systemTicker());
        server.resource(new UsersResource(users, limit, client))
                .admission(PATH, (request, response) -> limit.attempt(Client.of(request, response)));
        server.maintenance().repeat(CLEANING, "Cannot delete old registrations", users::forgetOldRequests);
        server.contract()
                .words(
                        PATH,
                        ErrorCode.INVALID_REQUEST,
                        "Invalid request. Please provide all required fields: username, email, password, full_name.");
    }

    /** Adds {@code /api/me}. The export contains the entries of {@code data}; {@code mapper} writes the bodies of the contract. */
    public void addAccount(ServerParts server, DataRoom data, CurrentClient client, ObjectMapper mapper) {
        Accounts accounts = new Accounts(access, profiles, credentials, sessions.knownEndings(), clock);
        Exports exports = new Exports(profiles, data.entries());
        AccountResource resource = new AccountResource(accounts, exports, data.entries(), client);
        server.metrics().gauge("latchkey_exports_running", null, "Exports that run.", resource::runningExports);
        server.resource(resource).resource(new ExportWriter(mapper));
    }
}
