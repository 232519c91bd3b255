package dev.latchkey.cli;

import dev.latchkey.LatchkeyConfiguration;
import io.dropwizard.core.Application;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * {@code rehearse}: runs the server on a store that is thrown away, sends it the most frequent requests, and ends.
 *
 * <p>Java writes an archive of all classes that this needs, and the launcher has later starts load them from there. It listens on free
 * ports of the loopback address, whatever the configuration says, and touches no store but its own, in the temporary folder.
 */
final class Rehearsal implements ServeCommand.Use {
    private static final String SETTING = "dw.";
    private static final String LOOPBACK = "127.0.0.1";
    private static final String USER = "{\"username\":\"rehearsal\",\"password\":\"a rehearsal's own password\"";
    private static final Pattern ACCESS_TOKEN = Pattern.compile("\"access_token\":\"([^\"]+)\"");
    private static final int TIMEOUT_MILLIS = 60_000;

    private Rehearsal() {}

    static ServeCommand command(Application<LatchkeyConfiguration> application, SettingSources sources) {
        return new ServeCommand(
                application,
                sources,
                "rehearse",
                "Runs the server on a store of its own for a few requests, as the launcher does to speed up later starts",
                new Rehearsal());
    }

    @Override
    public void prepare() throws IOException {
        Path folder = Files.createTempDirectory("latchkey-rehearsal");
        Map.of(
                        "server.applicationConnectors[0].port",
                        "0",
                        "server.applicationConnectors[0].bindHost",
                        LOOPBACK,
                        "server.adminConnectors[0].port",
                        "0",
                        "server.adminConnectors[0].bindHost",
                        LOOPBACK,
                        // It registers a user, whom no server is to write to.
                        "mail.mode",
                        "off",
                        "registration.requireVerifiedEmail",
                        "false",
                        "logIn.byEmail",
                        "false",
                        "database.url",
                        "jdbc:sqlite:" + folder.resolve("latchkey.db"),
                        "database.backupFolder",
                        folder.resolve("backups").toString())
                .forEach((setting, value) -> System.setProperty(SETTING + setting, value));
    }

    @Override
    public void whenUp(Server server) {
        // Of the two, the port of the API comes first.
        URI api = URI.create("http://" + LOOPBACK + ":" + ((ServerConnector) server.getConnectors()[0]).getLocalPort());
        try {
            rehearse(api);
        } catch (IOException e) {
            // As an IOException, it would pass for one about the configuration.
            throw new UncheckedIOException("The rehearsal has failed", e);
        }
        // Stops the server in order.
        System.exit(0);
    }

    private static void rehearse(URI api) throws IOException {
        send(api, "GET", "/health/live", "", null);
        send(
                api,
                "POST",
                "/api/register",
                "",
                USER
                        + ",\"email\":\"rehearsal@example.com\",\"full_name\":\"Rehearsal\",\"age\":30,\"gender\":\"other\"}");
        Matcher token = ACCESS_TOKEN.matcher(send(api, "POST", "/api/token", "", USER + ",\"refresh\":true}"));
        if (!token.find()) {
            throw new IOException("There is no access token in the answer");
        }
        send(api, "POST", "/api/data", token.group(1), "{\"key\":\"greeting\",\"value\":\"Hello!\"}");
        send(api, "GET", "/api/data/greeting", token.group(1), null);
        send(api, "GET", "/api/data", token.group(1), null);
        send(api, "GET", "/.well-known/jwks.json", "", null);
    }

    /** Returns the body of the answer. */
    private static String send(URI api, String method, String path, String token, String body) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) api.resolve(path).toURL().openConnection();
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        connection.setRequestMethod(method);
        if (!token.isEmpty()) {
            connection.setRequestProperty("Authorization", "Bearer " + token);
        }
        if (body != null) {
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", "application/json");
            connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        }
        // An answer that is no success has no such stream: IOException.
        return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
