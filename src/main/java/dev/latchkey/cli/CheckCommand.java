package dev.latchkey.cli;

import dev.latchkey.LatchkeyConfiguration;
import dev.latchkey.cli.Finding.Weight;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import java.util.ArrayList;
import java.util.List;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/**
 * {@code check}: finds all that is wrong with a configuration, and tries what can be tried: folders, ports and the database. It leaves
 * nothing behind, and may run while the server runs.
 */
final class CheckCommand extends Command {
    private final SettingSources sources;

    CheckCommand(SettingSources sources) {
        super("check", "Says all that is wrong with the configuration, and tries its folders, ports and database");
        this.sources = sources;
    }

    @Override
    public void configure(Subparser parser) {
        parser.help(getDescription());
        ConfigurationArgument.addTo(parser);
    }

    @Override
    @SuppressWarnings("unchecked") // The command of this application is given its bootstrap.
    public void run(Bootstrap<?> bootstrap, Namespace namespace) throws Exception {
        ConfigurationArgument.resolve(namespace, sources.variables());
        String path = namespace.getString(ConfigurationArgument.FILE);
        var own = (Bootstrap<LatchkeyConfiguration>) bootstrap;
        var file = (ConfigurationFile<LatchkeyConfiguration>) own.getConfigurationFactoryFactory()
                .create(
                        LatchkeyConfiguration.class,
                        own.getValidatorFactory().getValidator(),
                        own.getObjectMapper(),
                        "dw");
        Examined<LatchkeyConfiguration> examined = file.examine(own.getConfigurationSourceProvider(), path);
        List<Finding> findings = new ArrayList<>(examined.findings());
        if (examined.configuration() != null) {
            findings.addAll(Trials.of(examined, sources));
        }
        if (findings.stream().anyMatch(finding -> finding.weight() != Weight.NOTICE)) {
            throw new WrongConfiguration(path, findings);
        }
        Finding.sorted(findings).forEach(finding -> System.err.println(finding.line(path)));
        System.out.println(path + " is good");
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable failure) {
        StartFailure.print(cli, namespace, failure, sources);
    }
}
