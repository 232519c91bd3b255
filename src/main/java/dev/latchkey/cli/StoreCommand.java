package dev.latchkey.cli;

import dev.latchkey.database.DatabaseException;
import dev.latchkey.database.DatabaseSettings;
import io.dropwizard.core.Application;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.ConfiguredCommand;
import io.dropwizard.core.setup.Bootstrap;
import java.util.function.Function;
import net.sourceforge.argparse4j.inf.Argument;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/** A command that works on the store that is configured, and starts no server. */
public final class StoreCommand<T extends Configuration> extends ConfiguredCommand<T> {
    private final Class<T> configurationClass;
    private final Function<T, DatabaseSettings> settings;
    private final StoreOperation operation;
    private final SettingSources sources;

    private StoreCommand(
            Application<T> application,
            SettingSources sources,
            Function<T, DatabaseSettings> settings,
            StoreOperation operation) {
        super(operation.name(), operation.description());
        this.configurationClass = application.getConfigurationClass();
        this.sources = sources;
        this.settings = settings;
        this.operation = operation;
    }

    /** {@code backup}: copies a SQLite store while servers write to it. */
    public static <T extends Configuration> StoreCommand<T> backup(
            Application<T> application, SettingSources sources, Function<T, DatabaseSettings> settings) {
        return new StoreCommand<>(application, sources, settings, new BackupOperation());
    }

    /** {@code restore}: puts a backup in the place of a SQLite store. */
    public static <T extends Configuration> StoreCommand<T> restore(
            Application<T> application, SettingSources sources, Function<T, DatabaseSettings> settings) {
        return new StoreCommand<>(application, sources, settings, new RestoreOperation());
    }

    /** {@code copy-store}: copies everything into another database. */
    public static <T extends Configuration> StoreCommand<T> copy(
            Application<T> application, SettingSources sources, Function<T, DatabaseSettings> settings) {
        return new StoreCommand<>(application, sources, settings, new CopyOperation());
    }

    @Override
    protected Class<T> getConfigurationClass() {
        return configurationClass;
    }

    @Override
    public void configure(Subparser parser) {
        operation.addArguments(parser);
        super.configure(parser);
    }

    @Override
    protected Argument addFileArgument(Subparser subparser) {
        return super.addFileArgument(subparser).setDefault(ConfigurationFile.DEFAULT_PATH);
    }

    @Override
    protected void run(Bootstrap<T> bootstrap, Namespace namespace, T configuration) {
        operation.run(
                namespace,
                settings.apply(configuration),
                bootstrap.getValidatorFactory().getValidator());
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable failure) {
        if (failure instanceof Refusal || failure instanceof DatabaseException) {
            // Not the configuration, but what was asked for is to blame.
            cli.getStdErr().println("latchkey: " + sources.inLine(failure.getMessage()));
        } else {
            StartFailure.print(cli, namespace, failure, sources);
        }
    }
}
