package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Api.Answer;
import dev.latchkey.testing.Api.Tokens;
import dev.latchkey.testing.CountingRelay;
import dev.latchkey.testing.Documents;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How often a request waits for PostgreSQL, which may be far away; the table of the page says it, and has to be right. */
final class RoundTripsTest {
    private static final Path PAGE = Documents.PAGES.resolve("scaling.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([^|]+) \\| (\\d+) \\|");

    // The driver prepares a statement by the fifth time.
    private static final int REPETITIONS = 8;

    private static CountingRelay relay;
    private static ServerExtension server;

    private final Map<String, Integer> counted = new LinkedHashMap<>();
    private final Map<String, List<String>> statements = new LinkedHashMap<>();
    private int number;

    @BeforeAll
    static void start() throws Exception {
        relay = new CountingRelay(Engine.POSTGRES.newStore());
        server = new ServerExtension(Engine.POSTGRES, "database.url", relay.url());
        server.beforeAll(null);
    }

    @AfterAll
    static void stop() throws IOException {
        server.stop();
        relay.close();
    }

    @Test
    void everyOperationWaitsForTheDatabaseAsOftenAsThePageSays() {
        Api api = server.api();
        String name = Api.newName();
        api.register(name);
        Tokens tokens = api.logIn(name);
        String token = tokens.access();
        api.create(token, "key", "value");

        count("`GET /api/data/{key}`", () -> api.read(token, "key"));
        count("`GET /api/data`", () -> api.as(token, "GET", "/api/data", null));
        count("`GET /api/data?values=false`", () -> api.as(token, "GET", "/api/data?values=false", null));
        count("`GET /api/changes`", () -> api.as(token, "GET", "/api/changes", null));
        count("`POST /api/data`", () -> api.create(token, newKey(), "value"));
        count("`PUT /api/data/{key}`", () -> api.update(token, "key", "value"));
        count("`PATCH /api/data/{key}`", () -> api.as(token, "PATCH", "/api/data/key", "{\"expires_in\":3600}"));
        count("`DELETE /api/data/{key}`", () -> api.create(token, "gone", "value"), () -> api.delete(token, "gone"));
        for (int puts : new int[] {1, 10, 100}) {
            count("`POST /api/data/batch` of " + puts, () -> api.as(token, "POST", "/api/data/batch", batch(puts)));
        }
        count("`GET /api/me`", () -> api.as(token, "GET", "/api/me", null));
        count("`GET /api/sessions`", () -> api.as(token, "GET", "/api/sessions", null));
        count("`POST /api/register`", () -> api.register(Api.newName()));
        count("`POST /api/token`", () -> api.logIn(name, Api.PASSWORD));
        AtomicReference<String> refresh = new AtomicReference<>(tokens.refresh());
        count("`POST /api/token/refresh`", () -> {
            Answer answer = api.refresh(refresh.get());
            refresh.set(Tokens.of(answer).refresh());
            return answer;
        });
        AtomicReference<String> session = new AtomicReference<>();
        count(
                "`DELETE /api/token`",
                () -> session.set(api.logIn(name).access()),
                () -> api.as(session.get(), "DELETE", "/api/token", null));

        assertThat(counted).as("counted, of these statements: %s", statements).isEqualTo(table());
    }

    private String newKey() {
        return "new" + ++number;
    }

    private static String batch(int puts) {
        return IntStream.range(0, puts)
                .mapToObj(i -> "{\"op\":\"put\",\"key\":\"batch" + i + "\",\"value\":\"value\"}")
                .collect(Collectors.joining(",", "{\"operations\":[", "]}"));
    }

    private void count(String operation, Supplier<Answer> request) {
        count(operation, () -> {}, request);
    }

    /**
     * The fewest of several times. What the server does besides, such as to look for expired entries, can only add to what is counted
     * of a request, and so can connections and statements that are new.
     */
    private void count(String operation, Runnable preparation, Supplier<Answer> request) {
        List<String> fewest = null;
        for (int i = 0; i < REPETITIONS; i++) {
            preparation.run();
            relay.take();
            Answer answer = request.get();
            List<String> trips = relay.take();
            assertThat(answer.status()).as(operation).isBetween(200, 299);
            fewest = fewest == null || trips.size() < fewest.size() ? trips : fewest;
        }
        counted.put(operation, fewest.size());
        statements.put(operation, fewest);
    }

    private static Map<String, Integer> table() {
        return ROW.matcher(Documents.section(PAGE, "Round trips to the database"))
                .results()
                .collect(Collectors.toMap(row -> row.group(1), row -> Integer.valueOf(row.group(2))));
    }
}
