package dev.latchkey.benchmark;

import io.dropwizard.configuration.EnvironmentVariableSubstitutor;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import io.dropwizard.core.Application;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/**
 * The framework that Latchkey stands on, with the least that one can do with it: one resource, which is the application itself, and a
 * configuration of two ports. No store, no tokens, no checks.
 */
@Path("/health/live")
@Produces("application/json")
public final class BareDropwizard extends Application<Configuration> {
    private static final String CONFIGURATION = """
            server:
              applicationConnectors: [{type: http, port: "${LATCHKEY_PORT}", bindHost: 127.0.0.1}]
              adminConnectors: [{type: http, port: 0, bindHost: 127.0.0.1}]
            """;

    public static void main(String[] arguments) throws Exception {
        new BareDropwizard().run(arguments);
    }

    /** Makes a jar of this in {@code folder}: Java archives the classes of jars only. */
    static java.nio.file.Path jar(java.nio.file.Path folder) throws IOException {
        java.nio.file.Path jar = folder.resolve("bare.jar");
        String name = BareDropwizard.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                InputStream in = BareDropwizard.class.getClassLoader().getResourceAsStream(name)) {
            out.putNextEntry(new JarEntry(name));
            in.transferTo(out);
        }
        return jar;
    }

    /** Makes its configuration in {@code folder}; its port is that of the variable {@code LATCHKEY_PORT}. */
    static java.nio.file.Path configuration(java.nio.file.Path folder) throws IOException {
        return Files.writeString(folder.resolve("bare.yml"), CONFIGURATION);
    }

    @Override
    public void initialize(Bootstrap<Configuration> bootstrap) {
        bootstrap.setConfigurationSourceProvider(new SubstitutingSourceProvider(
                bootstrap.getConfigurationSourceProvider(), new EnvironmentVariableSubstitutor()));
    }

    @Override
    public void run(Configuration configuration, Environment environment) {
        environment.jersey().register(this);
    }

    @GET
    public String live() {
        return "{}";
    }
}
