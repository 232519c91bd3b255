package dev.latchkey.cli;

import dev.latchkey.LatchkeyConfiguration;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.ConfiguredCommand;
import io.dropwizard.core.setup.Bootstrap;
import net.sourceforge.argparse4j.inf.Argument;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/** {@code check}: validates a configuration; it opens neither the database nor a port. */
final class CheckCommand extends ConfiguredCommand<LatchkeyConfiguration> {
    private final SettingSources sources;

    CheckCommand(SettingSources sources) {
        super("check", "Checks the configuration file");
        this.sources = sources;
    }

    @Override
    protected Class<LatchkeyConfiguration> getConfigurationClass() {
        return LatchkeyConfiguration.class;
    }

    @Override
    protected Argument addFileArgument(Subparser subparser) {
        return super.addFileArgument(subparser).setDefault(ConfigurationFile.DEFAULT_PATH);
    }

    @Override
    protected void run(
            Bootstrap<LatchkeyConfiguration> bootstrap, Namespace namespace, LatchkeyConfiguration configuration) {
        System.out.println(namespace.getString("file") + " is good");
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable failure) {
        StartFailure.print(cli, namespace, failure, sources);
    }
}
