package dev.latchkey.cli;

import dev.latchkey.LatchkeyConfiguration;
import io.dropwizard.core.Application;
import io.dropwizard.core.ConfiguredBundle;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.util.JarLocation;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The commands, and how commands and server read the configuration. */
public final class OperatorBundle implements ConfiguredBundle<LatchkeyConfiguration> {
    private final SettingSources sources;

    public OperatorBundle() {
        this(System.getenv());
    }

    /** With the variables of {@code environment}. */
    public OperatorBundle(Map<String, String> environment) {
        sources = new SettingSources(new Variables(environment));
    }

    @Override
    public void initialize(Bootstrap<?> bootstrap) {
        bootstrap.setConfigurationFactoryFactory((type, validator, mapper, prefix) ->
                new ConfigurationFile<>(type, validator, mapper, prefix, sources, System.err));
    }

    /**
     * Runs the command that the arguments name, and gives the failure that ended it. As Dropwizard does it, but with commands of our own
     * in place of its own, and without its metrics of the JVM, which {@link dev.latchkey.server.metrics.MetricsBundle} adds later.
     */
    public Optional<Throwable> run(Application<LatchkeyConfiguration> application, String... arguments) {
        Bootstrap<LatchkeyConfiguration> bootstrap = new Bootstrap<>(application);
        addCommands(bootstrap);
        application.initialize(bootstrap);
        return new Cli(new JarLocation(application.getClass()), bootstrap, System.out, System.err).run(arguments);
    }

    private void addCommands(Bootstrap<LatchkeyConfiguration> bootstrap) {
        bootstrap.addCommand(new ServeCommand(bootstrap.getApplication(), sources));
        bootstrap.addCommand(Rehearsal.command(bootstrap.getApplication(), sources));
        bootstrap.addCommand(new CheckCommand(sources));
        for (StoreOperation operation : List.of(new BackupOperation(), new RestoreOperation(), new CopyOperation())) {
            bootstrap.addCommand(new StoreCommand(operation, sources));
        }
        bootstrap.addCommand(new VerifyBackupCommand());
        bootstrap.addCommand(ServiceCommand.users(sources));
        bootstrap.addCommand(ServiceCommand.mails(sources));
        bootstrap.addCommand(ServiceCommand.rotateKeys(sources));
        bootstrap.addCommand(ServiceCommand.renewRevisions(sources));
    }
}
