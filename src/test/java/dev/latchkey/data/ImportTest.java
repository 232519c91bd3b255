package dev.latchkey.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.HardTexts;
import dev.latchkey.testing.ServerExtension;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Importing and exporting entries line by line. */
@ParameterizedClass
@EnumSource(Engine.class)
final class ImportTest {
    private static final String NDJSON = "application/x-ndjson";

    /** Three entries for each user. */
    @RegisterExtension
    static final ServerExtension SMALL = new ServerExtension(Engine.SQLITE, "data.maxEntriesPerUser", "3");

    private final Api api;
    private final String token;

    ImportTest(Engine engine) {
        api = ServerExtension.shared(engine).api();
        token = api.newToken();
    }

    private static Api.Answer send(Api api, String token, String mode, String lines) {
        String path = "/api/data/import" + (mode.isEmpty() ? "" : "?mode=" + mode);
        return api.send("POST", path, lines, "Authorization", "Bearer " + token, "Content-Type", NDJSON);
    }

    private JsonNode run(String mode, String... lines) {
        Api.Answer answer = send(api, token, mode, String.join("\n", lines));
        assertThat(answer.outcome()).isEqualTo("200");
        return answer.body().path("data");
    }

    private static String line(String key, String value) {
        return Api.object("key", key, "value", value).toString();
    }

    /** Created, replaced, skipped, failed. */
    private static String counts(JsonNode result) {
        return Stream.of("created", "replaced", "skipped", "failed")
                .map(name -> result.path(name).asText())
                .collect(Collectors.joining(" "));
    }

    private static List<String> failures(JsonNode result) {
        return result.path("failures").findValues("line").isEmpty()
                ? List.of()
                : IntStream.range(0, result.path("failures").size())
                        .mapToObj(i -> result.path("failures").get(i))
                        .map(failure -> failure.path("line").asText() + " "
                                + failure.path("code").textValue())
                        .toList();
    }

    private String valueOf(String key) {
        return api.read(token, key).body().at("/data/value").textValue();
    }

    private String export(String token) {
        Api.Answer answer =
                api.send("GET", "/api/me/export", null, "Authorization", "Bearer " + token, "Accept", NDJSON);
        assertThat(answer.header("Content-Type")).isEqualTo(NDJSON);
        return answer.exchange().body();
    }

    @Test
    void aLineThatCannotBeStoredDoesNotStopTheOthers() {
        String[] lines = {
            line("first", "1"),
            "{\"key\":",
            line("first", "2"),
            "",
            line("", "x"),
            "{\"key\":\"k\"}",
            "{\"value\":\"v\"}",
            "[" + line("in an array", "x") + "]",
            "null",
            line("two", "x") + line("objects", "x"),
            "{\"key\":\"k\",\"key\":\"l\",\"value\":\"twice\"}",
            "{\"key\":\"k\",\"value\":5}",
            "{\"key\":\"k\",\"value\":\"\\ud800\"}",
            "{\"key\":\"k\",\"value\":\"v\",\"expires_at\":\"tomorrow\"}",
            "{\"key\":\"k\",\"value\":\"v\",\"expires_at\":1}",
            "{\"key\":\"k\",\"value\":\"v\",\"expires_at\":\"2999-01-01T00:00:00Z\"}",
            line("..", "x"),
            line("x".repeat(513), "x"),
            "  ",
            "{\"key\":\"last\",\"value\":\"3\",\"created_at\":\"any\",\"unknown\":[1]}"
        };

        JsonNode result = run("", lines);

        assertThat(counts(result)).isEqualTo("2 0 0 16");
        assertThat(failures(result))
                .containsExactly(
                        "2 INVALID_REQUEST",
                        "3 KEY_EXISTS",
                        "5 INVALID_KEY",
                        "6 INVALID_VALUE",
                        "7 INVALID_KEY",
                        "8 INVALID_REQUEST",
                        "9 INVALID_REQUEST",
                        "10 INVALID_REQUEST",
                        "11 INVALID_REQUEST",
                        "12 INVALID_VALUE",
                        "13 INVALID_VALUE",
                        "14 INVALID_REQUEST",
                        "15 INVALID_REQUEST",
                        "16 INVALID_REQUEST",
                        "17 INVALID_KEY",
                        "18 INVALID_KEY");
        assertThat(result.at("/failures/15/errors/0/field").textValue()).isEqualTo("key");
        assertThat(valueOf("first")).isEqualTo("1");
        assertThat(valueOf("last")).isEqualTo("3");
        assertThat(api.as(token, "GET", "/api/me", null)
                        .body()
                        .at("/data/usage/entries")
                        .intValue())
                .isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"'',1 0 0 1,old", "create,1 0 0 1,old", "replace,1 1 0 0,new", "skip,1 0 1 0,old"})
    void theModeSaysWhatBecomesOfAKeyThatIsTaken(String mode, String counts, String value) {
        String tag = api.create(token, "taken", "old").header("ETag");

        assertThat(counts(run(mode, line("taken", "new"), line("free", "x")))).isEqualTo(counts);

        assertThat(valueOf("taken")).isEqualTo(value);
        assertThat(api.read(token, "taken").header("ETag").equals(tag)).isEqualTo(value.equals("old"));
        assertThat(valueOf("free")).isEqualTo("x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mode=Skip", "mode=SKIP", "mode=", "mode=update", "mode=skip&mode=skip", "mode=skip%20"})
    void anUnknownModeIsRefused(String query) {
        Api.Answer answer = api.send(
                "POST",
                "/api/data/import?" + query,
                line("key", "x"),
                "Authorization",
                "Bearer " + token,
                "Content-Type",
                NDJSON);

        assertThat(answer.outcome()).isEqualTo("400 INVALID_REQUEST");
        assertThat(answer.body().at("/errors/0/field").textValue()).isEqualTo("mode");
        assertThat(api.read(token, "key").outcome()).isEqualTo("404 KEY_NOT_FOUND");
    }

    /** What export wrote, import takes. */
    @Test
    void anExportCanBeImported() {
        Random random = new Random(15);
        List<String> lines = new ArrayList<>();
        for (String key : DataTest.hardKeys()) {
            lines.add(line(key, HardTexts.any(random, 20_000)));
        }
        // Not a random millisecond: a time is answered without the zeros at its end.
        Instant expiry =
                Instant.now().plusSeconds(3600).truncatedTo(ChronoUnit.SECONDS).plusMillis(123);
        lines.add(Api.object("key", "expiring", "value", "")
                .put("expires_at", expiry.toString())
                .toString());
        lines.add(line("large", "\u00e9".repeat(500_000)));
        assertThat(counts(run("", lines.toArray(String[]::new)))).isEqualTo(lines.size() + " 0 0 0");
        String exported = export(token);
        assertThat(exported.split("\n")).hasSize(lines.size());

        String other = api.newToken();
        Api.Answer answer = send(api, other, "", exported);

        assertThat(counts(answer.body().path("data"))).isEqualTo(lines.size() + " 0 0 0");
        assertThat(withoutTimes(export(other)))
                .isEqualTo(withoutTimes(exported))
                .contains(expiry.toString());
    }

    private static String withoutTimes(String lines) {
        return lines.replaceAll("\"(created|updated)_at\":\"[^\"]*\"", "");
    }

    @Test
    void anExportOfNothingCanBeImportedAndNothingAtAllCannot() {
        assertThat(export(token)).isEqualTo("\n");
        assertThat(counts(run("", "\n"))).isEqualTo("0 0 0 0");
        assertThat(send(api, token, "", "").outcome()).isEqualTo("400 INVALID_REQUEST");
        assertThat(api.send("POST", "/api/data/import", null, "Authorization", "Bearer " + token)
                        .outcome())
                .isEqualTo("400 INVALID_REQUEST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n", "\n", "\n\n", "\n \t\r\n"})
    void linesEndAsOnEverySystem(String end) {
        String byteOrderMark = "\ufeff";
        Api.Answer answer = send(
                api,
                token,
                "",
                byteOrderMark + line("first", "1") + end + line("second", "2") + end + "?" + end + line("third", "3"));

        assertThat(counts(answer.body().path("data"))).isEqualTo("3 0 0 1");
        assertThat(export(token).split("\n")).hasSize(3);
    }

    @Test
    void aLineMayBeAsLongAsTheBodyOfOneEntry() {
        long max = DataSettings.defaults().maxBodySize();
        String entry = line("padded", "x");
        String longest = entry + " ".repeat((int) max - entry.length());

        JsonNode result = run("", longest, " " + longest.replace("padded", "longer"), line("after", "x"));

        assertThat(counts(result)).isEqualTo("2 0 0 1");
        assertThat(failures(result)).containsExactly("2 PAYLOAD_TOO_LARGE");
        String tooLong = "x".repeat((1 << 20) + 1);
        assertThat(failures(run("", line("full", tooLong.substring(1)), line("overfull", tooLong))))
                .containsExactly("2 INVALID_VALUE");
    }

    @Test
    void anEntryExpiresWhenTheLineSays() {
        Instant now = Instant.now();
        String[] lines = Stream.of(now.minusSeconds(1), now.plusSeconds(3600), now.plusSeconds(315_360_000 + 60))
                .map(time -> Api.object("key", "until " + time, "value", "x")
                        .put("expires_at", time.toString())
                        .toString())
                .toArray(String[]::new);
        api.create(token, "until " + now.minusSeconds(1), "kept");

        JsonNode result = run("replace", lines);

        assertThat(counts(result)).isEqualTo("1 0 1 1");
        assertThat(failures(result)).containsExactly("3 INVALID_REQUEST");
        assertThat(valueOf("until " + now.minusSeconds(1))).isEqualTo("kept");
        assertThat(counts(run("replace", "{\"key\":\"k\",\"value\":\"v\",\"expires_at\":null}")))
                .isEqualTo("1 0 0 0");
    }

    /** More than go into one transaction, and more failures than are named. */
    @Test
    void countsAllLinesAndNamesTheFirstFailures() {
        String lines = IntStream.rangeClosed(1, 1_001)
                .mapToObj(i -> i % 2 == 0 ? line("key " + i, "x") : i % 4 == 1 ? "?" : line("key 2", "x"))
                .collect(Collectors.joining("\n"));

        JsonNode result = run("create", lines);

        assertThat(counts(result)).isEqualTo("500 0 0 501");
        List<String> expected = new ArrayList<>();
        for (int i = 1; expected.size() < 100; i += 2) {
            // The third line is the first with this key, the second line the next.
            if (i % 4 == 1) {
                expected.add(i + " INVALID_REQUEST");
            } else {
                expected.add(i + " KEY_EXISTS");
            }
        }
        assertThat(failures(result)).isEqualTo(expected);
    }

    @Test
    void whatTheQuotaDoesNotAllowFails() {
        Api small = SMALL.api();
        String user = small.newToken();
        small.create(user, "there", "x");
        String lines =
                Stream.of("1", "2", "3", "there").map(key -> line(key, "y")).collect(Collectors.joining("\n"));

        JsonNode result = send(small, user, "replace", lines).body().path("data");

        assertThat(counts(result)).isEqualTo("2 1 0 1");
        assertThat(failures(result)).containsExactly("3 QUOTA_EXCEEDED");
    }

    @Test
    void anEntryMayHaveTheNameOfTheOperation() {
        assertThat(api.create(token, "import", "1").outcome()).isEqualTo("201");
        assertThat(api.update(token, "import", "2").outcome()).isEqualTo("200");
        assertThat(valueOf("import")).isEqualTo("2");
        assertThat(api.send("PUT", "/api/data/import", "x", "Authorization", "Bearer " + token, "Content-Type", NDJSON)
                        .body()
                        .path("message")
                        .textValue())
                .endsWith("Send application/json.");
        assertThat(api.delete(token, "import").outcome()).isEqualTo("200");
        assertThat(api.send("OPTIONS", "/api/data/import", null).header("Allow"))
                .contains("POST", "GET", "DELETE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/plain", "application/x-ndjson; charset=utf-16", "application/*"})
    void onlyLinesOfJsonAreTaken(String type) {
        Api.Answer answer = api.send(
                "POST", "/api/data/import", line("key", "x"), "Authorization", "Bearer " + token, "Content-Type", type);

        assertThat(answer.outcome()).isEqualTo("415 UNSUPPORTED_MEDIA_TYPE");
        assertThat(answer.body().path("message").textValue()).endsWith("Send application/x-ndjson.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/*|application/json",
                "text/html,*/*;q=0.5|application/json",
                "application/x-ndjson;charset=utf-8|application/x-ndjson",
                "application/json;q=0.5,application/x-ndjson|application/x-ndjson",
                "application/x-ndjson;q=0.5,application/json|application/json",
                "application/json,application/x-ndjson|application/json"
            })
    void theExportHasTheTypeThatTheClientPrefers(String accept, String type) {
        Api.Answer answer =
                api.send("GET", "/api/me/export", null, "Authorization", "Bearer " + token, "Accept", accept);

        assertThat(answer.header("Content-Type")).isEqualTo(type);
    }
}
