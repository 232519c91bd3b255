package dev.latchkey.cli;

import dev.latchkey.audit.AuditLog;
import dev.latchkey.database.DatabaseException;
import dev.latchkey.problem.InvalidField;
import dev.latchkey.problem.Problem;
import dev.latchkey.tokens.StoredSigningKeys;
import dev.latchkey.users.Administration;
import io.dropwizard.core.Application;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.ConfiguredCommand;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import java.io.PrintStream;
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
 * A command for what only an operator may do, on the store that is configured. It starts no server, and minds none that runs.
 *
 * <p>On standard output is what came of it and nothing else: what the configuration sends there is logged to standard error, the
 * audit log as well.
 */
public final class ServiceCommand<T extends Configuration, S> extends ConfiguredCommand<T> {
    private static final String OPERATION = "operation";

    private final Class<T> configurationClass;
    private final SettingSources sources;
    private final BiFunction<T, Environment, S> service;
    private final List<ServiceOperation<S>> operations;
    private final PrintStream standardOutput = System.out;

    private ServiceCommand(
            String name,
            String description,
            Application<T> application,
            SettingSources sources,
            BiFunction<T, Environment, S> service,
            List<ServiceOperation<S>> operations) {
        super(name, description);
        this.configurationClass = application.getConfigurationClass();
        this.sources = sources;
        this.service = service;
        this.operations = operations;
    }

    /** {@code user}: looks after accounts. */
    public static <T extends Configuration> ServiceCommand<T, Administration> users(
            Application<T> application, SettingSources sources, BiFunction<T, Environment, Administration> service) {
        return new ServiceCommand<>(
                "user",
                "Looks after accounts, while servers run",
                application,
                sources,
                service,
                List.of(
                        new CreateUserOperation(),
                        new ShowUserOperation(),
                        UserOperation.DISABLE,
                        UserOperation.ENABLE,
                        new SetPasswordOperation(),
                        new EndSessionsOperation(),
                        new EndAllSessionsOperation(),
                        new DeleteUserOperation()));
    }

    /** {@code rotate-keys}: makes a new signing key. */
    public static <T extends Configuration> ServiceCommand<T, StoredSigningKeys> rotateKeys(
            Application<T> application, SettingSources sources, BiFunction<T, Environment, StoredSigningKeys> service) {
        RotateKeysOperation operation = new RotateKeysOperation();
        return new ServiceCommand<>(
                operation.name(), operation.description(), application, sources, service, List.of(operation));
    }

    @Override
    protected Class<T> getConfigurationClass() {
        return configurationClass;
    }

    @Override
    public void configure(Subparser parser) {
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
        return super.addFileArgument(subparser).setDefault(ConfigurationFile.DEFAULT_PATH);
    }

    @Override
    public void run(Bootstrap<?> bootstrap, Namespace namespace) throws Exception {
        System.setOut(System.err);
        try {
            super.run(bootstrap, namespace);
        } finally {
            System.setOut(standardOutput);
        }
    }

    @Override
    protected void run(Bootstrap<T> bootstrap, Namespace namespace, T configuration) throws Exception {
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
            // Writes what still waits to be logged.
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
                ? problem.code().message("")
                : problem.invalidFields().stream().map(ServiceCommand::reason).collect(Collectors.joining("; "));
    }

    private static String reason(InvalidField field) {
        return field.name().replace('_', '-') + " " + field.message();
    }
}
