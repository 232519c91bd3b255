package dev.latchkey.cli;

import dev.latchkey.LatchkeyConfiguration;
import io.dropwizard.core.ConfiguredBundle;
import io.dropwizard.core.setup.Bootstrap;
import java.util.List;
import java.util.function.UnaryOperator;

/** The commands, and how commands and server read the configuration. */
public final class OperatorBundle implements ConfiguredBundle<LatchkeyConfiguration> {
    private final SettingSources sources = new SettingSources();
    private final UnaryOperator<String> environment;

    public OperatorBundle() {
        this(System::getenv);
    }

    /** With variables from {@code environment}, which returns null for one that is not set. */
    public OperatorBundle(UnaryOperator<String> environment) {
        this.environment = environment;
    }

    @Override
    public void initialize(Bootstrap<?> bootstrap) {
        bootstrap.setConfigurationFactoryFactory((type, validator, mapper, prefix) ->
                new ConfigurationFile<>(type, validator, mapper, prefix, sources, environment, System.err));
    }

    /** They replace Dropwizard's own. */
    public void addCommands(Bootstrap<LatchkeyConfiguration> bootstrap) {
        bootstrap.addCommand(new ServeCommand(bootstrap.getApplication(), sources));
        bootstrap.addCommand(new CheckCommand(sources));
        for (StoreOperation operation : List.of(new BackupOperation(), new RestoreOperation(), new CopyOperation())) {
            bootstrap.addCommand(new StoreCommand(operation, sources));
        }
        bootstrap.addCommand(ServiceCommand.users(sources));
        bootstrap.addCommand(ServiceCommand.rotateKeys(sources));
    }
}
