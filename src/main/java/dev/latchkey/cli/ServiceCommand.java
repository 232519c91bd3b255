package dev.latchkey.cli;

import dev.latchkey.LatchkeyConfiguration;
import dev.latchkey.accounts.AccountsRoom;
import dev.latchkey.accounts.Administration;
import dev.latchkey.credentials.CredentialsRoom;
import dev.latchkey.credentials.recovery.RecoveryLimits;
import dev.latchkey.credentials.recovery.RecoveryRoom;
import dev.latchkey.data.DataRoom;
import dev.latchkey.data.RevisionStore;
import dev.latchkey.keys.KeysRoom;
import dev.latchkey.keys.StoredSigningKeys;
import dev.latchkey.mail.MailAdministration;
import dev.latchkey.mail.MailRoom;
import dev.latchkey.server.audit.AuditLog;
import dev.latchkey.server.database.Database;
import dev.latchkey.server.database.DatabaseException;
import dev.latchkey.server.database.Databases;
import dev.latchkey.server.problem.InvalidField;
import dev.latchkey.server.problem.Problem;
import dev.latchkey.sessions.SessionsRoom;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.ConfiguredCommand;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import java.io.PrintStream;
import java.time.Clock;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import net.sourceforge.argparse4j.inf.Argument;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import net.sourceforge.argparse4j.inf.Subparsers;
import org.eclipse.jetty.util.component.ContainerLifeCycle;
import org.slf4j.MDC;

/**
 * A command for what only an operator may do, on the configured store. It starts no server, and may run while servers run.
 *
 * <p>Standard output holds the result and nothing else. Logs that the configuration sends to standard output go to standard error,
 * including the audit log.
 */
final class ServiceCommand<S> extends ConfiguredCommand<LatchkeyConfiguration> {
    private static final String OPERATION = "operation";

    private final SettingSources sources;
    private final BiFunction<LatchkeyConfiguration, Environment, S> service;
    private final List<ServiceOperation<S>> operations;
    private final PrintStream standardOutput = System.out;

    private ServiceCommand(
            String name,
            String description,
            SettingSources sources,
            BiFunction<LatchkeyConfiguration, Environment, S> service,
            List<ServiceOperation<S>> operations) {
        super(name, description);
        this.sources = sources;
        this.service = service;
        this.operations = operations;
    }

    /** {@code user}: manages accounts. */
    static ServiceCommand<Administration> users(SettingSources sources) {
        return new ServiceCommand<>(
                "user",
                "Manages accounts; servers may keep running",
                sources,
                ServiceCommand::administration,
                List.of(
                        new CreateUserOperation(),
                        new ListUsersOperation(),
                        new ShowUserOperation(),
                        UserOperation.DISABLE,
                        UserOperation.ENABLE,
                        new SetEmailOperation(),
                        UserOperation.VERIFY_EMAIL,
                        new SetPasswordOperation(),
                        new EndSessionsOperation(),
                        new EndAllSessionsOperation(),
                        new SetQuotaOperation(),
                        new ExportUserOperation(),
                        new DeleteUserOperation()));
    }

    private static Administration administration(LatchkeyConfiguration configuration, Environment environment) {
        Clock clock = Clock.systemUTC();
        Database database = Databases.openStore(configuration.database(), environment);
        SessionsRoom sessions = new SessionsRoom(database, database, configuration.sessions(), clock);
        CredentialsRoom credentials = new CredentialsRoom(database, configuration.credentials(), environment, clock);
        // The servers that run send the mails.
        MailRoom mail = new MailRoom(database, configuration.mail(), clock);
        RecoveryRoom recovery = new RecoveryRoom(
                database,
                mail.outbox(),
                sessions,
                RecoveryLimits.of(configuration.limits(), environment.metrics()),
                clock);
        DataRoom data = new DataRoom(database, configuration.data(), clock);
        return new AccountsRoom(database, credentials, recovery, sessions, clock)
                .administration(data, environment.getObjectMapper());
    }

    /** {@code mail}: tries the mail server, and manages mails that wait. */
    static ServiceCommand<MailAdministration> mails(SettingSources sources) {
        return new ServiceCommand<>(
                "mail",
                "Tries the mail server, and manages mails that wait; servers may keep running",
                sources,
                ServiceCommand::mails,
                MailOperations.all());
    }

    private static MailAdministration mails(LatchkeyConfiguration configuration, Environment environment) {
        Database database = Databases.openStore(configuration.database(), environment);
        return new MailRoom(database, configuration.mail(), Clock.systemUTC()).administration();
    }

    /** {@code rotate-keys}: creates a new signing key. */
    static ServiceCommand<StoredSigningKeys> rotateKeys(SettingSources sources) {
        RotateKeysOperation operation = new RotateKeysOperation();
        return new ServiceCommand<>(
                operation.name(), operation.description(), sources, ServiceCommand::keys, List.of(operation));
    }

    private static StoredSigningKeys keys(LatchkeyConfiguration configuration, Environment environment) {
        Database database = Databases.openStore(configuration.database(), environment);
        return new KeysRoom(database, configuration.tokens(), Clock.systemUTC()).signingKeys();
    }

    /** {@code renew-revisions}: has clients that follow changes begin anew. */
    static ServiceCommand<RevisionStore> renewRevisions(SettingSources sources) {
        RenewRevisionsOperation operation = new RenewRevisionsOperation();
        return new ServiceCommand<>(
                operation.name(), operation.description(), sources, ServiceCommand::revisions, List.of(operation));
    }

    private static RevisionStore revisions(LatchkeyConfiguration configuration, Environment environment) {
        Database database = Databases.openStore(configuration.database(), environment);
        return new DataRoom(database, configuration.data(), Clock.systemUTC()).revisions();
    }

    @Override
    protected Class<LatchkeyConfiguration> getConfigurationClass() {
        return LatchkeyConfiguration.class;
    }

    @Override
    public void configure(Subparser parser) {
        parser.help(getDescription());
        if (operations.size() == 1) {
            configure(parser, operations.get(0));
            return;
        }
        Subparsers choice = parser.addSubparsers().title("what to do").metavar("OPERATION");
        for (ServiceOperation<S> operation : operations) {
            configure(choice.addParser(operation.name()).help(operation.description()), operation);
        }
    }

    private void configure(Subparser parser, ServiceOperation<S> operation) {
        operation.addArguments(parser);
        addFileArgument(parser);
        parser.description(operation.description()).setDefault(OPERATION, operation);
    }

    @Override
    protected Argument addFileArgument(Subparser subparser) {
        return ConfigurationArgument.addTo(subparser);
    }

    @Override
    public void run(Bootstrap<?> bootstrap, Namespace namespace) throws Exception {
        ConfigurationArgument.resolve(namespace, sources.variables());
        System.setOut(System.err);
        try {
            super.run(bootstrap, namespace);
        } finally {
            System.setOut(standardOutput);
        }
    }

    @Override
    protected void run(
            Bootstrap<LatchkeyConfiguration> bootstrap, Namespace namespace, LatchkeyConfiguration configuration)
            throws Exception {
        Environment environment = new Environment(
                getName(),
                bootstrap.getObjectMapper(),
                bootstrap.getValidatorFactory(),
                bootstrap.getMetricRegistry(),
                bootstrap.getClassLoader(),
                bootstrap.getHealthCheckRegistry(),
                configuration);
        S opened = service.apply(configuration, environment);
        ContainerLifeCycle pools = new ContainerLifeCycle();
        environment.lifecycle().attach(pools);
        pools.start();
        MDC.put(AuditLog.CLIENT, "command line of " + System.getProperty("user.name"));
        try {
            ServiceOperation<S> operation = namespace.get(OPERATION);
            standardOutput.println(operation.run(namespace, opened, environment.getValidator()));
        } finally {
            MDC.remove(AuditLog.CLIENT);
            pools.stop();
            // Flushes the log.
            configuration.getLoggingFactory().reset();
        }
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable failure) {
        if (failure instanceof Refusal || failure instanceof DatabaseException) {
            cli.getStdErr().println("latchkey: " + sources.inLine(failure.getMessage()));
        } else if (failure instanceof Problem problem && problem.getCause() == null) {
            cli.getStdErr().println("latchkey: " + reason(problem));
        } else {
            StartFailure.print(cli, namespace, failure, sources);
        }
    }

    private static String reason(Problem problem) {
        return problem.invalidFields().isEmpty()
                ? problem.code().message()
                : problem.invalidFields().stream().map(ServiceCommand::reason).collect(Collectors.joining("; "));
    }

    private static String reason(InvalidField field) {
        return field.name().replace('_', '-') + " " + field.message();
    }
}
