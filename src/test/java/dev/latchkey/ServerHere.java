package dev.latchkey;

import dev.latchkey.cli.OperatorBundle;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.JarProcess;
import io.dropwizard.core.Application;
import io.dropwizard.testing.DropwizardTestSupport;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/** A server as the jar runs it, with variables of its own, but in this JVM, which spares the start of another. */
final class ServerHere implements AutoCloseable {
    private final DropwizardTestSupport<LatchkeyConfiguration> server;

    private ServerHere(DropwizardTestSupport<LatchkeyConfiguration> server) {
        this.server = server;
    }

    /** With the {@code config.yml} of the project. The folder is that of the tests, so a store needs a whole path. */
    static ServerHere start(Map<String, String> variables) throws Exception {
        return start(Path.of("config.yml"), variables);
    }

    static ServerHere start(Path configuration, Map<String, String> variables) throws Exception {
        Map<String, String> all = JarProcess.environment(variables);
        DropwizardTestSupport<LatchkeyConfiguration> server =
                new DropwizardTestSupport<>(LatchkeyApplication.class, configuration.toString(), (String) null) {
                    @Override
                    public Application<LatchkeyConfiguration> newApplication() {
                        return new LatchkeyApplication(new OperatorBundle(all));
                    }
                };
        server.before();
        return new ServerHere(server);
    }

    Api api() {
        return new Api(address());
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    URI admin() {
        return URI.create("http://127.0.0.1:" + server.getAdminPort());
    }

    @Override
    public void close() {
        server.after();
    }
}
