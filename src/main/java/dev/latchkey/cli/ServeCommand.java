package dev.latchkey.cli;

import dev.latchkey.LatchkeyConfiguration;
import io.dropwizard.core.Application;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.EnvironmentCommand;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import net.sourceforge.argparse4j.inf.Argument;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code server}: runs until it is stopped.
 *
 * <p>Dropwizard's own command prints a stack trace if the start fails, and a stop by SIGTERM or Ctrl-C looks like a failure.
 */
final class ServeCommand extends EnvironmentCommand<LatchkeyConfiguration> {
    private static final Logger LOGGER = LoggerFactory.getLogger("latchkey");

    private final SettingSources sources;
    private final Use use;
    private Stop stop;

    /** What the server is started for. */
    @FunctionalInterface
    interface Use {
        /** Called before the configuration is read. */
        default void prepare() throws IOException {}

        /** Returns when the server has stopped. */
        void whenUp(Server server) throws Exception;
    }

    ServeCommand(Application<LatchkeyConfiguration> application, SettingSources sources) {
        this(application, sources, "server", "Runs the server", Server::join);
    }

    ServeCommand(
            Application<LatchkeyConfiguration> application,
            SettingSources sources,
            String name,
            String description,
            Use use) {
        super(application, name, description);
        this.sources = sources;
        this.use = use;
    }

    @Override
    protected Class<LatchkeyConfiguration> getConfigurationClass() {
        return LatchkeyConfiguration.class;
    }

    @Override
    public void configure(Subparser subparser) {
        subparser.help(getDescription());
        super.configure(subparser);
    }

    @Override
    protected Argument addFileArgument(Subparser subparser) {
        return ConfigurationArgument.addTo(subparser);
    }

    @Override
    public void run(Bootstrap<?> bootstrap, Namespace namespace) throws Exception {
        use.prepare();
        ConfigurationArgument.resolve(namespace, sources.variables());
        super.run(bootstrap, namespace);
    }

    /** Checks ports, certificate and texts of mails first: a server that cannot listen must not create a store or a signing key. */
    @Override
    protected void run(
            Bootstrap<LatchkeyConfiguration> bootstrap, Namespace namespace, LatchkeyConfiguration configuration)
            throws Exception {
        String file = namespace.getString(ConfigurationArgument.FILE);
        List<Finding> findings = new ArrayList<>(
                Ports.findings(configuration.getServerFactory(), sources, connector -> true, () -> false));
        findings.addAll(CertificateTrial.findings(configuration.tls(), sources, false));
        findings.addAll(MailTrials.findings(configuration.mail(), sources, false));
        findings.addAll(MailTrials.linkFindings(
                configuration.mail(), configuration.tokens().issuer(), sources));
        if (findings.stream().anyMatch(finding -> finding.weight() == Finding.Weight.WRONG)) {
            throw new WrongConfiguration(file, findings);
        }
        findings.forEach(finding -> System.err.println(finding.line(file)));
        stop = Stop.onSignal(configuration);
        super.run(bootstrap, namespace, configuration);
    }

    @Override
    protected void run(Environment environment, Namespace namespace, LatchkeyConfiguration configuration)
            throws Exception {
        Server server = configuration.getServerFactory().build(environment);
        server.start();
        server.setStopAtShutdown(false);
        stop.whenUp(server);
        LOGGER.info(
                "{} is up: {} (admin {}), data in {}",
                Version.nameAndVersion(),
                addresses(server, "application"),
                addresses(server, "admin"),
                configuration.database().address());
        use.whenUp(server);
    }

    private static String addresses(Server server, String connectorName) {
        return Arrays.stream(server.getConnectors())
                .filter(connector -> connectorName.equals(connector.getName()))
                .map(ServerConnector.class::cast)
                .map(ServeCommand::address)
                .collect(Collectors.joining(", "));
    }

    private static String address(ServerConnector connector) {
        String scheme = connector.getDefaultProtocol().contains("SSL") ? "https" : "http";
        String host = connector.getHost() == null ? "localhost" : connector.getHost();
        return scheme + "://" + host + ":" + connector.getLocalPort();
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable failure) {
        if (stop != null) {
            stop.cancel();
        }
        StartFailure.print(cli, namespace, failure, sources);
    }
}
