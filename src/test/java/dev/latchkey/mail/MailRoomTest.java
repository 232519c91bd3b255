package dev.latchkey.mail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Await;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.KeptPort;
import dev.latchkey.testing.Scrape;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Mails of a whole server. */
final class MailRoomTest {
    private final HttpClient client = HttpClient.newHttpClient();

    private HttpResponse<String> page(ServerExtension server, String path) throws IOException, InterruptedException {
        URI address = server.admin().resolve(path);
        return client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** As another server or a command does it. */
    private static void put(ServerExtension server, String id, String address) throws SQLException {
        try (Connection connection = Engine.connect(server.database());
                PreparedStatement insert = connection.prepareStatement("""
                        INSERT INTO mails (id, kind, address, created_at, next_attempt_at, attempts)
                        VALUES (?, 'test', ?, ?, ?, 0)
                        """)) {
            long now = Instant.now().toEpochMilli();
            insert.setString(1, id);
            insert.setString(2, address);
            insert.setLong(3, now);
            insert.setLong(4, now);
            insert.executeUpdate();
        }
    }

    @Test
    void thereIsNothingWithoutSettings() throws Exception {
        assertThat(page(ServerExtension.shared(Engine.SQLITE), MailPage.PATH).statusCode())
                .isEqualTo(404);
    }

    @Test
    void showsWhatWouldBeSent() throws Exception {
        ServerExtension server = new ServerExtension(Engine.SQLITE, "mail.mode", "log", "mail.appName", "A <b>& \"B\"");
        server.beforeAll(null);
        try {
            assertThat(page(server, MailPage.PATH).body()).contains("There has been none yet");
            put(server, "0001", "alice&bob@example.com");
            Await.until(() -> page(server, MailPage.PATH).body().contains("<article>"));

            HttpResponse<String> page = page(server, MailPage.PATH);
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.headers().firstValue("Content-Security-Policy"))
                    .hasValueSatisfying(policy -> assertThat(policy).startsWith("default-src 'none';"));
            assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-store");
            assertThat(page.body())
                    .contains("To alice&amp;bob@example.com, ")
                    .contains("<h2>A test of the mail of A &lt;b&gt;&amp; &quot;B&quot;</h2>")
                    .contains("<iframe sandbox title=\"HTML\" srcdoc=\"&lt;!DOCTYPE html&gt;")
                    .contains("A &amp;lt;b&amp;gt;&amp;amp; ")
                    .doesNotContain("<b>");
        } finally {
            server.stop();
        }
    }

    @ParameterizedTest
    @EnumSource
    void startsWithoutTheMailServerAndIsReady(Engine engine) throws Exception {
        try (KeptPort port = new KeptPort()) {
            ServerExtension server = new ServerExtension(
                    engine,
                    "mail.mode",
                    "smtp",
                    "mail.host",
                    "127.0.0.1",
                    "mail.port",
                    Integer.toString(port.number()),
                    "mail.tls",
                    "none",
                    "mail.from",
                    TestSettings.FROM);
            server.beforeAll(null);
            try {
                put(server, "0001", "alice@example.com");
                Await.until(() -> reading(server, "latchkey_mail_server_unreachable") == 1);

                assertThat(server.api().send("GET", "/health/ready", null).status())
                        .isEqualTo(200);
                assertThat(page(server, MailPage.PATH).body())
                        .contains("Mails are sent")
                        .doesNotContain("alice");
                try (ScriptedMailServer again = new ScriptedMailServer(port.number(), null, false)) {
                    Await.until(() -> reading(server, "latchkey_mail_server_unreachable") == 0);
                    assertThat(again.received())
                            .extracting(ScriptedMailServer.Received::to)
                            .containsExactly("alice@example.com");
                }
            } finally {
                server.stop();
            }
        }
    }

    private static double reading(ServerExtension server, String sample) {
        return Scrape.of(server.admin()).value(sample);
    }
}
