package dev.latchkey.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.RawConnection;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What load balancers ask. */
final class HealthTest {
    private static final String[] OF_ANY = {
        "database-read", "database-write", "migrations", "password-hashing", "signing-keys"
    };

    /** No disk has as much. */
    @RegisterExtension
    static final ServerExtension SMALL = new ServerExtension(Engine.SQLITE, "readiness.minDiskSpace", "1000TiB");

    /** It is broken here. */
    @RegisterExtension
    static final ServerExtension SERVER = new ServerExtension(Engine.SQLITE, "database.maxWait", "100ms");

    @ParameterizedTest
    @EnumSource(Engine.class)
    void aServerThatIsUpIsReady(Engine engine) {
        Api.Answer ready = ServerExtension.shared(engine).api().send("GET", "/health/ready", null);

        assertThat(ready.status()).isEqualTo(200);
        assertThat(names(ready, true)).contains(OF_ANY);
        assertThat(names(ready, true).contains("disk")).isEqualTo(engine == Engine.SQLITE);
        assertThat(names(ready, false)).isEmpty();
    }

    @Test
    void aServerWithoutSpaceIsNotReadyFromTheStart() {
        Api.Answer answer = SMALL.api().send("GET", "/health/ready", null);

        assertThat(answer.outcome()).isEqualTo("503 NOT_READY");
        assertThat(names(answer, false)).containsExactly("backup-disk", "disk");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health/live", "/health/ready"})
    void aProbeNeedsNothingAndIsCountedNowhere(String path) throws IOException {
        Api api = ServerExtension.shared(Engine.SQLITE).api();

        Api.Answer answer =
                api.send("GET", path + "?from=balancer", null, "Authorization", "Bearer x", "Accept", "*/*");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.header("RateLimit")).isNull();
        assertThat(api.send("HEAD", path, null).status()).isEqualTo(200);
        assertThat(api.send("POST", path, null).outcome()).isEqualTo("405 METHOD_NOT_ALLOWED");
        assertThat(api.send("GET", path + "/", null).outcome()).isEqualTo("404 NOT_FOUND");
        // As HAProxy asks.
        try (RawConnection connection = RawConnection.to(ServerExtension.shared(Engine.SQLITE))) {
            assertThat(connection
                            .send("GET " + path + " HTTP/1.0\r\n\r\n")
                            .answer("GET", path)
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    @Timeout(60)
    void whatBreaksIsNamedUntilItIsWellAgain() throws Exception {
        Api api = SERVER.api();
        try (Connection connection = Engine.connect(SERVER.database());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE kept_keys AS SELECT * FROM signing_keys");
            statement.execute("CREATE TABLE kept_versions AS SELECT * FROM flyway_schema_history");
            statement.execute("DELETE FROM signing_keys");
            statement.execute("DELETE FROM flyway_schema_history WHERE installed_rank > 1");
            statement.execute("BEGIN IMMEDIATE");

            Api.Answer broken = await(api, Set.of("database-write", "migrations", "signing-keys"));
            assertThat(broken.outcome()).isEqualTo("503 NOT_READY");
            assertThat(broken.body().path("request_id").textValue()).isEqualTo(broken.header("X-Request-Id"));
            for (JsonNode check : broken.body().at("/data/checks")) {
                assertThat(check.has("reason"))
                        .isNotEqualTo(check.path("healthy").asBoolean());
            }
            assertThat(api.send("GET", "/health/live", null).status()).isEqualTo(200);

            statement.execute("COMMIT");
            statement.execute("INSERT INTO signing_keys SELECT * FROM kept_keys");
            statement.execute("INSERT INTO flyway_schema_history SELECT * FROM kept_versions WHERE installed_rank > 1");
        }
        assertThat(await(api, Set.of()).status()).isEqualTo(200);
    }

    /** Asks until exactly these checks are unhealthy. */
    private static Api.Answer await(Api api, Set<String> unhealthy) {
        Api.Answer answer;
        do {
            answer = api.send("GET", "/health/ready", null);
        } while (!names(answer, false).equals(unhealthy));
        return answer;
    }

    private static Set<String> names(Api.Answer answer, boolean isHealthy) {
        Set<String> names = new TreeSet<>();
        for (JsonNode check : answer.body().at("/data/checks")) {
            if (check.path("healthy").asBoolean() == isHealthy) {
                names.add(check.path("name").textValue());
            }
        }
        return names;
    }
}
