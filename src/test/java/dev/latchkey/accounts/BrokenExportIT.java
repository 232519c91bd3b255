package dev.latchkey.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** An export that the database fails in the middle of. */
final class BrokenExportIT {
    /** More than lies between a server and a client that reads nothing: buffers of both, and a page or two. */
    private static final int ENTRIES = 32;

    @RegisterExtension
    static final ServerExtension SERVER = new ServerExtension(Engine.POSTGRES);

    private static LogIn user;

    @BeforeAll
    static void storeALot() {
        Api api = SERVER.api();
        user = LogIn.ofNewUser(api);
        String value = "x".repeat(1 << 20);
        for (int i = 0; i < ENTRIES; i++) {
            assertThat(api.create(user.accessToken(), "key " + i, value).status())
                    .isEqualTo(201);
        }
    }

    @Test
    void breaksOffAndNeverLooksComplete() throws Exception {
        Api api = SERVER.api();
        LogIn user = LogIn.ofNewUser(api);
        String value = "x".repeat(1 << 20);
        for (int i = 0; i < ENTRIES; i++) {
            api.create(user.accessToken(), "key " + i, value);
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + SERVER.port() + "/api/me/export"))
                .header("Authorization", "Bearer " + user.accessToken())
                .build();

        HttpResponse<InputStream> response =
                HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        try (InputStream document = response.body()) {
            assertThat(document.readNBytes(1000)).hasSize(1000);
            execute("ALTER TABLE entries RENAME TO entries_moved");
            try {
                assertThatThrownBy(() -> document.transferTo(OutputStream.nullOutputStream()))
                        .isInstanceOf(IOException.class);
            } finally {
                execute("ALTER TABLE entries_moved RENAME TO entries");
            }
        }
        assertThat(user.read().status()).isEqualTo(200);
    }

    @Test
    void isNoTroubleIfTheClientGoesAway() throws Exception {
        ListAppender<ILoggingEvent> errors = new ListAppender<>();
        Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(errors);
        errors.start();
        try {
            for (int i = 0; i < 3; i++) {
                try (InputStream document = begin().body()) {
                    assertThat(document.readNBytes(1000)).hasSize(1000);
                }
            }
            int active;
            do {
                active = activeRequests();
            } while (active > 0);
        } finally {
            root.detachAppender(errors);
        }
        assertThat(errors.list)
                .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .isEmpty();
        assertThat(user.read().status()).isEqualTo(200);
    }

    /** How many the server works on: it goes on until it notices that the client is gone. */
    private static int activeRequests() throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(SERVER.admin().resolve("/metrics")).build();
        String metrics = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
        JsonNode active = new ObjectMapper()
                .readTree(metrics)
                .path("counters")
                .path("io.dropwizard.jetty.MutableServletContextHandler.active-requests")
                .path("count");
        assertThat(active.isInt()).isTrue();
        return active.intValue();
    }

    private static HttpResponse<InputStream> begin() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + SERVER.port() + "/api/me/export"))
                .header("Authorization", "Bearer " + user.accessToken())
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = Engine.connect(SERVER.database());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
