package dev.latchkey;

import dev.latchkey.accounts.AccountsRoom;
import dev.latchkey.cli.OperatorBundle;
import dev.latchkey.credentials.CredentialsRoom;
import dev.latchkey.credentials.recovery.RecoveryLimits;
import dev.latchkey.credentials.recovery.RecoveryRoom;
import dev.latchkey.data.DataRoom;
import dev.latchkey.data.changes.ChangesRoom;
import dev.latchkey.docs.DocsRoom;
import dev.latchkey.health.HealthRoom;
import dev.latchkey.keys.KeysRoom;
import dev.latchkey.login.LoginRoom;
import dev.latchkey.mail.MailRoom;
import dev.latchkey.pages.PagesRoom;
import dev.latchkey.server.auth.AccessTokens;
import dev.latchkey.server.auth.AuthBundle;
import dev.latchkey.server.contract.ContractBundle;
import dev.latchkey.server.database.Database;
import dev.latchkey.server.database.StoreBundle;
import dev.latchkey.server.http.AdminPort;
import dev.latchkey.server.http.HttpServer;
import dev.latchkey.server.http.ServerParts;
import dev.latchkey.server.limits.CallerLimit;
import dev.latchkey.server.limits.CurrentClient;
import dev.latchkey.server.limits.LimitMetrics;
import dev.latchkey.server.maintenance.Maintenance;
import dev.latchkey.server.metrics.Metrics;
import dev.latchkey.server.metrics.MetricsBundle;
import dev.latchkey.server.tls.Tls;
import dev.latchkey.sessions.SessionsRoom;
import io.dropwizard.core.Application;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import java.time.Clock;

/** The application: which bundles and rooms it consists of, in the order in which they are wired. */
public final class LatchkeyApplication extends Application<LatchkeyConfiguration> {
    private final MetricsBundle measuring = new MetricsBundle();
    private final StoreBundle<LatchkeyConfiguration> store = new StoreBundle<>(measuring.metrics());
    private final ContractBundle contract = new ContractBundle().constraints(AccountsRoom::constraints);
    private final OperatorBundle operator;

    public LatchkeyApplication() {
        this(new OperatorBundle());
    }

    LatchkeyApplication(OperatorBundle operator) {
        this.operator = operator;
    }

    @Override
    public String getName() {
        return "latchkey";
    }

    @Override
    public void initialize(Bootstrap<LatchkeyConfiguration> bootstrap) {
        bootstrap.addBundle(operator);
        bootstrap.addBundle(measuring);
        bootstrap.addBundle(store);
        bootstrap.addBundle(contract);
    }

    @Override
    public void run(LatchkeyConfiguration configuration, Environment environment) {
        Clock clock = Clock.systemUTC();
        Database database = store.database();
        Metrics metrics = measuring.metrics();
        DefaultServerFactory server = (DefaultServerFactory) configuration.getServerFactory();
        int maxThreads = server.getMaxThreads();

        CallerLimit callerLimit = new CallerLimit(configuration.limits(), maxThreads, metrics);
        KeysRoom keys = new KeysRoom(store.reserved(), configuration.tokens(), clock);
        SessionsRoom sessions = new SessionsRoom(database, store.reserved(), configuration.sessions(), clock);
        AccessTokens tokens =
                new AccessTokens(keys.signingKeys(), sessions.knownEndings(), configuration.tokens(), clock);
        CredentialsRoom credentials = new CredentialsRoom(database, configuration.credentials(), environment, clock);
        MailRoom mail = new MailRoom(database, configuration.mail(), clock);
        RecoveryLimits mailLimits = RecoveryLimits.of(configuration.limits(), environment.metrics());
        RecoveryRoom recovery = new RecoveryRoom(database, mail.outbox(), sessions, mailLimits, clock);
        LoginRoom login = new LoginRoom(credentials, recovery, sessions, tokens);
        ChangesRoom changes = new ChangesRoom(database, configuration.changes(), clock);
        DataRoom data = new DataRoom(database, configuration.data(), changes::changed, clock);
        AccountsRoom accounts = new AccountsRoom(database, credentials, recovery, sessions, clock);

        ServerParts parts = new ServerParts(environment, contract, new Maintenance(), metrics);
        CurrentClient client = new CurrentClient();
        parts.resource(client).resource(callerLimit);
        store.addTo(parts.readiness(), configuration.readiness());
        store.addBackups(parts.maintenance(), configuration.backup(), clock);
        keys.addTo(parts);
        credentials.addTo(parts);
        sessions.addTo(parts);
        login.addTo(parts, configuration.registration(), configuration.logIn(), callerLimit, client);
        mail.addTo(parts, environment, recovery.letters(configuration.links()));
        recovery.addTo(parts, credentials, client);
        data.addTo(parts);
        changes.addTo(parts, environment, tokens, client);
        accounts.addRegistration(parts, configuration.limits(), client);
        accounts.addAccount(parts, data, client, environment.getObjectMapper());
        new DocsRoom(configuration.docs()).addTo(parts, maxThreads);
        if (configuration.mail().isOn()) {
            new PagesRoom(configuration.mail().appName(), configuration.mail().appUrl()).addTo(parts, maxThreads);
        }
        new HealthRoom().addTo(parts, client);
        LimitMetrics.addTo(metrics);
        Tls.addTo(parts, environment, configuration.tls(), clock);
        parts.manage();

        AdminPort.guard(environment, configuration.adminPort());
        AuthBundle auth = new AuthBundle(tokens, metrics);
        auth.run(configuration, environment);
        HttpServer.prepare(server, configuration.http(), configuration.cors(), environment, parts, auth.judge());
    }
}
