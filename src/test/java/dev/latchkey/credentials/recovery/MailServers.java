package dev.latchkey.credentials.recovery;

import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Mails;
import dev.latchkey.testing.ServerExtension;
import java.util.EnumMap;
import java.util.Map;

/**
 * One server with mails for each database, for all tests of this room; Jetty stops it when the JVM ends.
 *
 * @param mails those that it has sent
 */
record MailServers(ServerExtension server, Mails mails) {
    private static final Map<Engine, MailServers> SHARED = new EnumMap<>(Engine.class);

    static synchronized MailServers of(Engine engine) {
        return SHARED.computeIfAbsent(
                engine,
                missing -> start(new ServerExtension(
                        engine,
                        "mail.mode",
                        "log",
                        "mail.logInUrl",
                        "https://app.example.com/login",
                        "logIn.byEmail",
                        "true",
                        "logIn.byAddress",
                        "true")));
    }

    private static MailServers start(ServerExtension server) {
        try {
            server.beforeAll(null);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return new MailServers(server, new Mails(server));
    }
}
