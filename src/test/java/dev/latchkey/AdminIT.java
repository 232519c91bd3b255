package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Promise 26: what operators see, and nobody else. */
final class AdminIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @ParameterizedTest
    @EnumSource(Engine.class)
    void measuresEverythingThatMayRunShort(Engine engine) throws Exception {
        ServerExtension server = ServerExtension.shared(engine);
        Api api = server.api();
        String token = api.newToken();
        api.create(token, "key", "value");
        api.read(token, "key");
        api.update(token, "key", "other");
        api.delete(token, "key");
        api.read(token, "key");

        // A request is counted once its answer is sent, so perhaps a moment after the client has it.
        Await.until(() -> MAPPER.readTree(get(server.admin(), "/metrics").body())
                        .at("/meters/dev.latchkey.api.DataApi.readEntry.4xx-responses/count")
                        .asLong()
                > 0);
        JsonNode metrics = MAPPER.readTree(get(server.admin(), "/metrics").body());
        JsonNode timers = metrics.path("timers");
        assertThat(names(timers))
                .contains(
                        "dev.latchkey.api.UsersApi.registerUser",
                        "dev.latchkey.api.TokensApi.createToken",
                        "dev.latchkey.api.DataApi.createEntry",
                        "dev.latchkey.api.DataApi.readEntry",
                        "dev.latchkey.api.DataApi.updateEntry",
                        "dev.latchkey.api.DataApi.deleteEntry");
        assertThat(timers.at("/dev.latchkey.api.DataApi.readEntry/count").asLong())
                .isPositive();
        JsonNode meters = metrics.path("meters");
        assertThat(meters.at("/dev.latchkey.api.DataApi.readEntry.2xx-responses/count")
                        .asLong())
                .isPositive();
        assertThat(names(metrics.path("gauges")))
                .contains(
                        "io.dropwizard.db.ManagedPooledDataSource.database.active",
                        "io.dropwizard.db.ManagedPooledDataSource.database.waiting",
                        "passwords.pool.size",
                        "passwords.pool.max",
                        "passwords.tasks.queued",
                        "passwords.tasks.capacity");
        assertThat(timers.at("/passwords.idle/count").asLong()).isPositive();
        assertThat(timers.at("/passwords.duration/count").asLong()).isPositive();
        assertThat(names(metrics.path("counters"))).contains("passwords.rejected");
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void isHealthyWhileTheDatabaseIs(Engine engine) throws Exception {
        HttpResponse<String> healthy = get(ServerExtension.shared(engine).admin(), "/healthcheck");

        assertThat(healthy.statusCode()).isEqualTo(200);
        assertThat(MAPPER.readTree(healthy.body()).at("/database/healthy").asBoolean())
                .isTrue();
    }

    @Test
    @Timeout(60)
    void isUnhealthyWithoutPostgres() throws Exception {
        ServerExtension server = new ServerExtension(Engine.POSTGRES);
        server.beforeAll(null);
        try {
            String name = server.database().url().replaceFirst(".*/", "");
            shutOut(server.database(), name);
            assertThat(get(server.admin(), "/healthcheck").statusCode()).isEqualTo(500);
            assertThat(server.api().register("nobody").outcome()).isEqualTo("503 UNAVAILABLE");
            Await.until(() -> server.api().send("GET", "/health/ready", null).status() != 200);
            assertThat(server.api().send("GET", "/health/ready", null).outcome())
                    .isEqualTo("503 NOT_READY");
        } finally {
            server.stop();
        }
    }

    @Test
    void isUnhealthyWithoutItsTables() throws Exception {
        ServerExtension server = new ServerExtension(Engine.SQLITE);
        server.beforeAll(null);
        try {
            try (Connection connection = Engine.connect(server.database());
                    Statement statement = connection.createStatement()) {
                statement.execute("DROP TABLE signing_keys");
            }
            HttpResponse<String> answer = get(server.admin(), "/healthcheck");
            assertThat(answer.statusCode()).isEqualTo(500);
        } finally {
            server.stop();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/healthcheck",
                "/metrics",
                "/tasks",
                "/tasks/backup",
                "/tasks/gc",
                "/tasks/log-level",
                "/ping",
                "/threads"
            })
    void hasAPortOfItsOwn(String page) {
        Api api = ServerExtension.shared(Engine.SQLITE).api();

        assertThat(api.send("GET", page, null).outcome()).isEqualTo("404 NOT_FOUND");
        assertThat(api.send("POST", page, null).outcome()).isEqualTo("404 NOT_FOUND");
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static HttpResponse<String> get(URI admin, String page) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(admin.resolve(page)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void shutOut(DatabaseSettings database, String name) throws SQLException {
        String url = database.url().replaceFirst("[^/]*$", "postgres");
        try (Connection connection = DriverManager.getConnection(url, database.user(), null);
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER DATABASE " + name + " ALLOW_CONNECTIONS false");
            statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'");
        }
    }
}
