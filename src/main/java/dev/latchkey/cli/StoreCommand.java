package dev.latchkey.cli;

import dev.latchkey.LatchkeyConfiguration;
import dev.latchkey.server.database.DatabaseException;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.ConfiguredCommand;
import io.dropwizard.core.setup.Bootstrap;
import net.sourceforge.argparse4j.inf.Argument;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/** A command on the configured store, which starts no server. */
final class StoreCommand extends ConfiguredCommand<LatchkeyConfiguration> {
    private final StoreOperation operation;
    private final SettingSources sources;

    StoreCommand(StoreOperation operation, SettingSources sources) {
        super(operation.name(), operation.description());
        this.operation = operation;
        this.sources = sources;
    }

    @Override
    protected Class<LatchkeyConfiguration> getConfigurationClass() {
        return LatchkeyConfiguration.class;
    }

    @Override
    public void configure(Subparser parser) {
        parser.help(getDescription());
        operation.addArguments(parser);
        super.configure(parser);
    }

    @Override
    protected Argument addFileArgument(Subparser subparser) {
        return ConfigurationArgument.addTo(subparser);
    }

    @Override
    public void run(Bootstrap<?> bootstrap, Namespace namespace) throws Exception {
        ConfigurationArgument.resolve(namespace, sources.variables());
        super.run(bootstrap, namespace);
    }

    @Override
    protected void run(
            Bootstrap<LatchkeyConfiguration> bootstrap, Namespace namespace, LatchkeyConfiguration configuration) {
        operation.run(
                namespace,
                configuration.database(),
                bootstrap.getValidatorFactory().getValidator());
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable failure) {
        if (failure instanceof Refusal || failure instanceof DatabaseException) {
            // The request was wrong, not the configuration.
            cli.getStdErr().println("latchkey: " + sources.inLine(failure.getMessage()));
        } else {
            StartFailure.print(cli, namespace, failure, sources);
        }
    }
}
