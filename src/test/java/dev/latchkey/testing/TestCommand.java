package dev.latchkey.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latchkey.LatchkeyConfiguration;
import dev.latchkey.credentials.PasswordSettings;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.ConfigurationFactory;
import io.dropwizard.configuration.ConfigurationFactoryFactory;
import io.dropwizard.configuration.ConfigurationSourceProvider;
import io.dropwizard.core.Application;
import io.dropwizard.core.cli.ServerCommand;
import io.dropwizard.core.setup.Bootstrap;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import net.sourceforge.argparse4j.inf.Namespace;

/**
 * The command {@code server}, with other values for some settings.
 *
 * <p>Passwords are hashed by the real Argon2id, but at the least cost ({@link CheapPasswords}) unless the test sets
 * the cost.
 */
final class TestCommand extends ServerCommand<LatchkeyConfiguration> {
    private static final Set<String> PASSWORD_COST = Set.of("passwords.memory", "passwords.passes");

    private final Map<String, String> values;

    /** {@code values} are by path in {@code config.yml}. */
    TestCommand(Application<LatchkeyConfiguration> application, Map<String, String> values) {
        super(application);
        this.values = values;
    }

    @Override
    @SuppressWarnings("unchecked") // The command of this application is given its bootstrap.
    public void run(Bootstrap<?> bootstrap, Namespace namespace) throws Exception {
        var own = (Bootstrap<LatchkeyConfiguration>) bootstrap;
        ConfigurationFactoryFactory<LatchkeyConfiguration> factory = own.getConfigurationFactoryFactory();
        // Dropwizard looks for other values in the system properties. Those of servers that start at once are told
        // apart.
        String ours = "test." + UUID.randomUUID();
        own.setConfigurationFactoryFactory((type, validator, mapper, prefix) ->
                new TestConfiguration(factory.create(type, validator, mapper, ours), mapper, ours));
        super.run(bootstrap, namespace);
    }

    /** Reads the configuration as the application does. */
    private final class TestConfiguration implements ConfigurationFactory<LatchkeyConfiguration> {
        private final ConfigurationFactory<LatchkeyConfiguration> factory;
        private final ObjectMapper mapper;
        private final String prefix;

        TestConfiguration(ConfigurationFactory<LatchkeyConfiguration> factory, ObjectMapper mapper, String prefix) {
            this.factory = factory;
            this.mapper = mapper;
            this.prefix = prefix + ".";
        }

        @Override
        public LatchkeyConfiguration build(ConfigurationSourceProvider provider, String path)
                throws IOException, ConfigurationException {
            values.forEach((setting, value) -> System.setProperty(prefix + setting, value));
            try {
                LatchkeyConfiguration configuration = factory.build(provider, path);
                return values.keySet().stream().anyMatch(PASSWORD_COST::contains)
                        ? configuration
                        : cheap(configuration);
            } finally {
                values.keySet().forEach(setting -> System.clearProperty(prefix + setting));
            }
        }

        @Override
        public LatchkeyConfiguration build() {
            throw new UnsupportedOperationException("A server has a file");
        }

        /** No operator can choose this cost: it is set past the validation. */
        private LatchkeyConfiguration cheap(LatchkeyConfiguration configuration) throws IOException {
            PasswordSettings chosen = configuration.passwords();
            mapper.updateValue(
                    configuration, Map.of("passwords", CheapPasswords.settings(chosen.threads(), chosen.queue())));
            return configuration;
        }
    }
}
