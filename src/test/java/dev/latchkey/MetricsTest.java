package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.LockFreeExponentiallyDecayingReservoir;
import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Documents;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.RawConnection;
import dev.latchkey.testing.Scrape;
import dev.latchkey.testing.ServerExtension;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The page of metrics and a running server say the same, and what is counted is what happens. */
final class MetricsTest {
    private static final Pattern ROW =
            Pattern.compile("^\\| `(\\w+)` \\| (\\w+) \\| (.*?) ?\\| (.+) \\|$", Pattern.MULTILINE);
    private static final Pattern LABEL = Pattern.compile("`(\\w+)`(?: = ([^;]+))?");
    private static final Pattern VALUE = Pattern.compile("`([^`]+)`");

    /** Of labels whose values are not listed. */
    private static final Set<String> ANY = Set.of();

    private record Described(String type, String help, Map<String, Set<String>> labels) {}

    /** By name; those of the other database left out. */
    private static Map<String, Described> described(Engine engine) {
        String other = engine == Engine.SQLITE ? "PostgreSQL" : "SQLite";
        Map<String, Described> described = new TreeMap<>();
        for (String section :
                Documents.text(Documents.PAGES.resolve("metrics.md")).split("(?m)^## ")) {
            if (section.startsWith(other)) {
                continue;
            }
            for (MatchResult row : ROW.matcher(section).results().toList()) {
                Described before =
                        described.put(row.group(1), new Described(row.group(2), row.group(4), labels(row.group(3))));
                assertThat(before).as("%s is there twice", row.group(1)).isNull();
            }
        }
        return described;
    }

    private static Map<String, Set<String>> labels(String text) {
        Map<String, Set<String>> labels = new TreeMap<>();
        Matcher label = LABEL.matcher(text);
        while (label.find()) {
            Set<String> values = new TreeSet<>();
            if (label.group(2) != null) {
                VALUE.matcher(label.group(2)).results().forEach(value -> values.add(value.group(1)));
            }
            labels.put(label.group(1), values);
        }
        return labels;
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void areThoseOfThePage(Engine engine) {
        ServerExtension server = ServerExtension.shared(engine);
        server.api().send("GET", "/nothing", null);
        Map<String, Described> described = described(engine);

        Map<String, Described> exposed = new TreeMap<>();
        Scrape.of(server).families().forEach((name, family) -> {
            if (!name.startsWith("jvm_") && !name.startsWith("process_")) {
                Map<String, Set<String>> labels = new TreeMap<>(family.labels());
                labels.replaceAll((label, values) -> isListed(described.get(name), label) ? values : ANY);
                exposed.put(name, new Described(family.type(), family.help(), labels));
            }
        });

        assertThat(exposed).containsExactlyInAnyOrderEntriesOf(described);
    }

    private static boolean isListed(Described described, String label) {
        return described == null || !described.labels().getOrDefault(label, ANY).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void countWhatHappens(Engine engine) {
        ServerExtension server = ServerExtension.shared(engine);
        Api api = server.api();
        String name = Api.newName();
        api.register(name);
        Scrape before = Scrape.of(server);

        String token = api.logIn(name).access();
        api.logIn(name, "wrong password");
        api.create(token, "key", "value");
        api.create(token, "key", "value");
        api.read(token, "key");
        api.send("GET", "/api/data/key", null);
        api.send("GET", "/api/nothing/" + name, null);
        api.send("PURGE", "/api/data/key", null);

        Scrape after = assertGrowByOne(
                server,
                before,
                count("POST", "createToken", 200),
                count("POST", "createToken", 401),
                count("POST", "createEntry", 201),
                count("POST", "createEntry", 409),
                count("GET", "readEntry", 200),
                count("GET", "readEntry", 401),
                count("GET", "other", 404),
                count("other", "other", 405),
                "latchkey_logins_total{outcome=\"success\"}",
                "latchkey_logins_total{outcome=\"refused\"}",
                "latchkey_sessions_started_total",
                "latchkey_token_checks_total{outcome=\"verified\"}");
        assertThat(after.text()).doesNotContain(name, "PURGE", "/api/");
        for (String sample : List.of(
                "latchkey_store_writes_total{outcome=\"success\"}",
                "latchkey_store_reads_total{outcome=\"success\"}",
                "latchkey_password_hash_duration_seconds_count")) {
            assertThat(after.value(sample)).as(sample).isGreaterThan(before.value(sample));
        }
    }

    private static String count(String method, String operation, int status) {
        return "http_server_request_duration_seconds_count{method=\"" + method + "\",operation=\"" + operation
                + "\",status=\"" + status + "\"}";
    }

    /** A request is counted once its answer is sent, so perhaps a moment after the client has it. */
    private static Scrape assertGrowByOne(ServerExtension server, Scrape before, String... samples) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        Scrape after = Scrape.of(server);
        while (growth(before, after, samples).containsValue(0.0) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            after = Scrape.of(server);
        }
        assertThat(growth(before, after, samples))
                .allSatisfy((sample, by) -> assertThat(by).isEqualTo(1.0));
        return after;
    }

    private static Map<String, Double> growth(Scrape before, Scrape after, String... samples) {
        Map<String, Double> growth = new TreeMap<>();
        for (String sample : samples) {
            growth.put(sample, after.value(sample) - before.value(sample));
        }
        return growth;
    }

    /** It never gets as far as an operation. */
    @Test
    void countARequestThatNobodyCanRead() throws Exception {
        ServerExtension server = ServerExtension.shared(Engine.SQLITE);
        Scrape before = Scrape.of(server);
        try (RawConnection connection = RawConnection.to(server)) {
            connection.send("GET /docs HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
            connection.answer("GET", "/docs");
        }

        assertGrowByOne(server, before, count("GET", "other", 400));
    }

    /** A lock in each of them would be taken several times in every request. */
    @Test
    void areMeasuredWithoutALock() throws Exception {
        ServerExtension server = ServerExtension.shared(Engine.SQLITE);
        server.api().newToken();
        MetricRegistry metrics = server.metrics();

        assertThat(metrics.getTimers()).hasSizeGreaterThan(20);
        for (Metric timer : metrics.getTimers().values()) {
            assertIsLockFree(field(timer, "histogram"));
        }
        assertThat(metrics.getHistograms()).isNotEmpty();
        for (Metric histogram : metrics.getHistograms().values()) {
            assertIsLockFree(histogram);
        }
    }

    private static void assertIsLockFree(Object histogram) throws ReflectiveOperationException {
        assertThat(field(histogram, "reservoir")).isInstanceOf(LockFreeExponentiallyDecayingReservoir.class);
    }

    private static Object field(Object of, String name) throws ReflectiveOperationException {
        for (Class<?> type = of.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    field.setAccessible(true);
                    return field.get(of);
                }
            }
        }
        throw new NoSuchFieldException(name);
    }
}
