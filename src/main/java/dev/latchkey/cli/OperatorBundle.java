package dev.latchkey.cli;

import dev.latchkey.LatchkeyConfiguration;
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

    /** They replace Dropwizard's own. */
    public void addCommands(Bootstrap<LatchkeyConfiguration> bootstrap) {
        bootstrap.addCommand(new ServeCommand(bootstrap.getApplication(), sources));
        bootstrap.addCommand(Rehearsal.command(bootstrap.getApplication(), sources));
        bootstrap.addCommand(new CheckCommand(sources));
        for (StoreOperation operation : List.of(new BackupOperation(), new RestoreOperation(), new CopyOperation())) {
            bootstrap.addCommand(new StoreCommand(operation, sources));
        }
        bootstrap.addCommand(new VerifyBackupCommand());
        bootstrap.addCommand(ServiceCommand.users(sources));
        bootstrap.addCommand(ServiceCommand.rotateKeys(sources));
    }

    /** Runs the command that the arguments name; gives the failure that ended it. */
    public Optional<Throwable> runCommand(Bootstrap<LatchkeyConfiguration> bootstrap, String... arguments)
            throws Exception {
        JarLocation jar = new JarLocation(bootstrap.getApplication().getClass());
        return new Cli(jar, bootstrap, System.out, System.err).run(arguments);
    }
}
