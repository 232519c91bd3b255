package dev.latchkey;

import com.codahale.metrics.InstrumentedExecutorService;
import com.codahale.metrics.MetricRegistry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.latchkey.account.AccountResource;
import dev.latchkey.account.Exports;
import dev.latchkey.api.model.Entry;
import dev.latchkey.api.model.NewValue;
import dev.latchkey.auth.AccessTokens;
import dev.latchkey.auth.BearerFilter;
import dev.latchkey.auth.Caller;
import dev.latchkey.cli.CheckCommand;
import dev.latchkey.cli.CommandLine;
import dev.latchkey.cli.ConfigurationFile;
import dev.latchkey.cli.ServeCommand;
import dev.latchkey.cli.ServiceCommand;
import dev.latchkey.cli.SettingSources;
import dev.latchkey.cli.StoreCommand;
import dev.latchkey.data.DataResource;
import dev.latchkey.data.Entries;
import dev.latchkey.data.EntryStore;
import dev.latchkey.database.BackupTask;
import dev.latchkey.database.Database;
import dev.latchkey.database.Databases;
import dev.latchkey.docs.DocsResource;
import dev.latchkey.http.Admission;
import dev.latchkey.http.AdmissionRules;
import dev.latchkey.http.BodyLimits;
import dev.latchkey.http.ContractValidation;
import dev.latchkey.http.HttpServer;
import dev.latchkey.limits.CallerLimit;
import dev.latchkey.limits.Client;
import dev.latchkey.limits.CurrentClient;
import dev.latchkey.limits.LimitSettings;
import dev.latchkey.limits.LogInLimits;
import dev.latchkey.limits.RegistrationLimit;
import dev.latchkey.problem.Problem;
import dev.latchkey.sessions.EndedSessionStore;
import dev.latchkey.sessions.KnownEndings;
import dev.latchkey.sessions.RefreshStore;
import dev.latchkey.sessions.Refreshes;
import dev.latchkey.sessions.SessionEndingStore;
import dev.latchkey.sessions.SessionStore;
import dev.latchkey.sessions.Sessions;
import dev.latchkey.sessions.SessionsResource;
import dev.latchkey.sessions.TokenPairs;
import dev.latchkey.tokens.SigningKeyStore;
import dev.latchkey.tokens.SigningKeysResource;
import dev.latchkey.tokens.StoredSigningKeys;
import dev.latchkey.tokens.Tokens;
import dev.latchkey.tokens.TokensResource;
import dev.latchkey.tokens.Upkeep;
import dev.latchkey.users.AccountStore;
import dev.latchkey.users.Accounts;
import dev.latchkey.users.Administration;
import dev.latchkey.users.AdministrationStore;
import dev.latchkey.users.LogInAddressStore;
import dev.latchkey.users.LogInAddresses;
import dev.latchkey.users.LogIns;
import dev.latchkey.users.PasswordPolicy;
import dev.latchkey.users.PasswordSettings;
import dev.latchkey.users.UserStore;
import dev.latchkey.users.Users;
import dev.latchkey.users.UsersResource;
import io.dropwizard.auth.AuthDynamicFeature;
import io.dropwizard.auth.AuthValueFactoryProvider;
import io.dropwizard.core.Application;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jersey.setup.JerseyEnvironment;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;

/** Latchkey's table of contents: what it is made of, in order. */
public final class LatchkeyApplication extends Application<LatchkeyConfiguration> {
    private static final long MAX_BODY_BYTES = 64 << 10;

    private final SettingSources sources = new SettingSources();

    /** Runs one of the commands; without arguments it says which there are. */
    public static void main(String[] arguments) throws Exception {
        if (!CommandLine.isReadable(arguments, System.err)) {
            System.exit(1);
        }
        new LatchkeyApplication().run(arguments);
    }

    @Override
    public String getName() {
        return "latchkey";
    }

    @Override
    protected void addDefaultCommands(Bootstrap<LatchkeyConfiguration> bootstrap) {
        bootstrap.addCommand(new ServeCommand<>(
                this, sources, configuration -> configuration.database().address()));
        bootstrap.addCommand(new CheckCommand<>(this, sources));
        bootstrap.addCommand(StoreCommand.backup(this, sources, LatchkeyConfiguration::database));
        bootstrap.addCommand(StoreCommand.restore(this, sources, LatchkeyConfiguration::database));
        bootstrap.addCommand(StoreCommand.copy(this, sources, LatchkeyConfiguration::database));
        bootstrap.addCommand(ServiceCommand.users(this, sources, LatchkeyApplication::administration));
        bootstrap.addCommand(ServiceCommand.rotateKeys(this, sources, LatchkeyApplication::signingKeys));
    }

    @Override
    public void initialize(Bootstrap<LatchkeyConfiguration> bootstrap) {
        bootstrap.setConfigurationFactoryFactory(
                (type, validator, mapper, prefix) -> new ConfigurationFile<>(type, validator, mapper, prefix, sources));
        bootstrap.setValidatorFactory(ContractValidation.factory(bootstrap.getObjectMapper(), PasswordPolicy::check));
    }

    @Override
    public void run(LatchkeyConfiguration configuration, Environment environment) {
        Clock clock = Clock.systemUTC();

        Database database = Databases.open(configuration.database(), environment);
        // What other servers revoke is void here in time, however many requests wait for a connection.
        Database reserved = Databases.reserved(database, configuration.database(), environment);
        UserStore userStore = new UserStore(database);
        LogInAddressStore logInAddressStore = new LogInAddressStore(database);
        SigningKeyStore signingKeyStore = new SigningKeyStore(reserved);
        EndedSessionStore endedSessionStore = new EndedSessionStore(reserved);
        SessionEndingStore sessionEndingStore = new SessionEndingStore(database, endedSessionStore);
        SessionStore sessionStore = new SessionStore(database, sessionEndingStore);
        RefreshStore refreshStore = new RefreshStore(database);
        EntryStore entryStore = new EntryStore(database);

        LimitSettings limits = configuration.limits();
        MetricRegistry metrics = environment.metrics();
        LogInAddresses logInAddresses = new LogInAddresses(logInAddressStore, clock);
        LogInLimits logInLimits = new LogInLimits(limits, logInAddresses, metrics, Ticker.systemTicker());
        RegistrationLimit registrationLimit = new RegistrationLimit(limits, metrics, Ticker.systemTicker());
        DefaultServerFactory server = (DefaultServerFactory) configuration.getServerFactory();
        // One user leaves half of the threads to all others.
        int mostInFlight = Math.max(1, server.getMaxThreads() / 2);
        CallerLimit callerLimit = new CallerLimit(limits, mostInFlight, metrics, Ticker.systemTicker());

        KnownEndings endings = new KnownEndings(endedSessionStore, clock);
        StoredSigningKeys signingKeys = StoredSigningKeys.load(
                signingKeyStore, configuration.tokens().keyLifetime().toJavaDuration(), clock);
        AccessTokens accessTokens = new AccessTokens(signingKeys, endings, configuration.tokens(), clock);
        TokenPairs tokenPairs = new TokenPairs(accessTokens, configuration.sessions());
        Sessions sessions = new Sessions(sessionStore, sessionEndingStore, endings, tokenPairs, clock);
        Refreshes refreshes = new Refreshes(sessions, sessionStore, refreshStore, tokenPairs, clock);
        BlockingQueue<Runnable> passwordQueue =
                new ArrayBlockingQueue<>(configuration.passwords().queue());
        ExecutorService hashing = hashingPool(configuration.passwords(), passwordQueue, environment);
        Users users = new Users(userStore, hashing, configuration.passwords(), clock);
        Accounts accounts =
                new Accounts(new AccountStore(database, sessionEndingStore), users, logInLimits, endings, clock);
        LogIns logIns = new LogIns(users, logInAddresses, logInLimits);
        Tokens tokens = new Tokens(logIns, sessions, refreshes, callerLimit);
        Entries entries = new Entries(entryStore, clock);

        long maxEntryBytes = configuration.data().maxBodySize();
        BodyLimits bodyLimits =
                new BodyLimits(MAX_BODY_BYTES, Map.of(Entry.class, maxEntryBytes, NewValue.class, maxEntryBytes));
        Map<String, Admission> admissions = Map.of(
                "/api/token",
                (request, response) -> passwordQueue.remainingCapacity() == 0
                        ? Optional.of(Problem.unavailable(null))
                        : logInLimits.refusal(Client.of(request, response)),
                "/api/register",
                (request, response) -> registrationLimit.attempt(Client.of(request, response)));
        environment.setValidator(ContractValidation.factory(
                        environment.getObjectMapper(),
                        PasswordPolicy::check,
                        configuration.data().maxValueSize().toBytes())
                .getValidator());
        HttpServer.prepare(
                server,
                configuration.http(),
                configuration.cors(),
                environment,
                new AdmissionRules(bodyLimits, BearerFilter.judge(accessTokens), admissions));

        environment.lifecycle().manage(new Upkeep(endings, signingKeys, sessions));
        environment.admin().addTask(new BackupTask(configuration.database()));

        JerseyEnvironment jersey = environment.jersey();
        jersey.register(new AuthDynamicFeature(BearerFilter.of(accessTokens)));
        jersey.register(new AuthValueFactoryProvider.Binder<>(Caller.class));
        CurrentClient client = new CurrentClient();
        jersey.register(client);
        jersey.register(callerLimit);
        jersey.register(new UsersResource(users, registrationLimit, client));
        jersey.register(new TokensResource(tokens, client));
        jersey.register(new SigningKeysResource(signingKeys));
        jersey.register(new SessionsResource(sessions));
        jersey.register(new DataResource(entries));
        jersey.register(
                new AccountResource(accounts, new Exports(accounts, entries), client, environment.getObjectMapper()));
        if (configuration.docs().enabled()) {
            jersey.register(new DocsResource());
            HttpServer.limit(environment, Math.max(1, server.getMaxThreads() / 8), DocsResource.paths());
        }
    }

    private static Administration administration(LatchkeyConfiguration configuration, Environment environment) {
        Clock clock = Clock.systemUTC();
        Database database = Databases.openStore(configuration.database(), environment);
        SessionEndingStore sessionEndingStore = new SessionEndingStore(database, new EndedSessionStore(database));
        ExecutorService hashing = hashingPool(
                configuration.passwords(),
                new ArrayBlockingQueue<>(configuration.passwords().queue()),
                environment);
        Users users = new Users(new UserStore(database), hashing, configuration.passwords(), clock);
        return new Administration(
                users,
                new AdministrationStore(database, sessionEndingStore),
                new AccountStore(database, sessionEndingStore),
                clock);
    }

    private static StoredSigningKeys signingKeys(LatchkeyConfiguration configuration, Environment environment) {
        return StoredSigningKeys.load(
                new SigningKeyStore(Databases.openStore(configuration.database(), environment)),
                configuration.tokens().keyLifetime().toJavaDuration(),
                Clock.systemUTC());
    }

    /** Measured as {@code passwords.*}: threads, how many wait and how long, how long hashing takes, how many were refused. */
    private static ExecutorService hashingPool(
            PasswordSettings settings, BlockingQueue<Runnable> queue, Environment environment) {
        ExecutorService pool = environment
                .lifecycle()
                .executorService("password-%d")
                .minThreads(settings.threads())
                .maxThreads(settings.threads())
                .workQueue(queue)
                .build();
        return new InstrumentedExecutorService(pool, environment.metrics(), "passwords");
    }
}
