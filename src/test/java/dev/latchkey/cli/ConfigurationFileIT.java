package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latchkey.LatchkeyConfiguration;
import dev.latchkey.server.contract.ContractValidation;
import io.dropwizard.configuration.FileConfigurationSourceProvider;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.jetty.HttpConnectorFactory;
import io.dropwizard.util.Duration;
import jakarta.validation.Validator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator reads of a wrong {@code config.yml}; WrongConfigurationIT sees to it that nothing else is printed. */
final class ConfigurationFileIT {
    private static final String SECRET = "sesame";

    /** What nobody sees at the edge of a value: line ends, blanks of several scripts, and marks that files and pages leave. */
    private static final List<String> BLANKS = List.of(
            "\n",
            "\r\n",
            "\r",
            " ",
            "\t",
            " \t\r\n \n",
            "\u000B",
            "\f",
            "\u0085",
            "\u00A0",
            "\u1680",
            "\u2003",
            "\u2028",
            "\u2029",
            "\u202F",
            "\u3000",
            "\u200B",
            "\uFEFF");

    // Not Dropwizard's: under that, the servers of other tests override settings for the whole JVM.
    private static final String PROPERTY_PREFIX = "none";

    private static final ObjectMapper MAPPER = Jackson.newObjectMapper();

    // To make one takes longer than most of these tests.
    private static final Validator VALIDATOR =
            ContractValidation.factory(MAPPER, List.of()).getValidator();

    private final Map<String, String> environment = new HashMap<>();
    private final SettingSources sources = new SettingSources(new Variables(environment));
    private final ByteArrayOutputStream warnings = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    /** What to replace in {@code config.yml}, by what, and the line that follows. */
    static Stream<Arguments> wrongFiles() {
        return Stream.of(
                Arguments.of("  maxThreads: .*", "  maxThreads: [1", "this is not YAML: .*"),
                Arguments.of("    org.flywaydb: .*", "    a: b: " + SECRET, "this is not YAML: .*"),
                Arguments.of("(?s).*", "", "is empty: .*"),
                Arguments.of("(?s).+", "just text", "the whole is not a section with settings of its own: .*"),
                Arguments.of("minThreads", "minThread", "server.minThread is not known: did you mean minThreads\\?"),
                Arguments.of(
                        "acceptorThreads: 1",
                        "acceptorThreads: one",
                        "server.applicationConnectors\\[0\\].acceptorThreads is not a number: .*"),
                Arguments.of("enabled: false", "enabled: maybe", "server.gzip.enabled is not true or false: .*"),
                Arguments.of("minThreads: 8", "minThreads: 0", "server.minThreads must be .*"),
                Arguments.of(
                        "(?s)threads: \\$\\{LATCHKEY_PASSWORD_THREADS.*?queue: [^\n]*",
                        "threads: 999\n  queue: -1",
                        "passwords.threads must be at most 256; passwords.queue must be at least 1"),
                Arguments.of(
                        "(?s)memory: \\$\\{LATCHKEY_PASSWORD_MEMORY.*?passes: [^\n]*",
                        "memory: 19455\n  passes: 1",
                        "passwords.memory must be at least 19456; passwords.passes must be at least 2"),
                Arguments.of("maxValueSize: .*", "maxValueSize: huge", "data.maxValueSize is not a size: .*"),
                Arguments.of(
                        "origins: .*",
                        "origins: https://app.example.com/",
                        "cors.origins is wrong: 'https://app.example.com/' is not an origin as browsers send it, .*"),
                Arguments.of(
                        "\n    - type: console",
                        "\n    - type: consul",
                        "logging.appenders\\[0\\] has an unknown type 'consul': there are console, .*"),
                Arguments.of(
                        "\\$\\{LATCHKEY_PORT:-3000}",
                        "\\${ABSENT}",
                        "server.applicationConnectors\\[0\\].port names an environment variable that is not set: "
                                + "\\$\\{ABSENT}: set it, or .*"),
                Arguments.of(
                        "(?s)^.*database:",
                        "server: {type: simple}\ndatabase:",
                        "server.type must be 'default': the admin pages need a port of their own"));
    }

    @ParameterizedTest
    @MethodSource("wrongFiles")
    void saysInOneLineWhatIsWrong(String pattern, String replacement, String line) throws Exception {
        String good = Files.readString(Path.of("config.yml"));
        String wrong = good.replaceFirst(pattern, replacement);
        assertThat(wrong).isNotEqualTo(good);

        assertThat(refusal(wrong))
                .matches(line.replace("config.yml", ".*config.yml"))
                .doesNotContain(SECRET);
    }

    @Test
    void takesTheOneOfTheProject() throws Exception {
        assertThat(read(ours())).isNotNull();
        assertThat(warnings()).isEmpty();
    }

    static List<String> blanks() {
        return BLANKS;
    }

    @ParameterizedTest
    @MethodSource("blanks")
    void blanksAroundAVariableDoNotCount(String blank) throws Exception {
        List<String> names = variables();
        assertThat(names).hasSizeGreaterThan(30);
        for (String name : names) {
            environment.put(name, "its value");
        }
        JsonNode plain = tree(ours());
        assertThat(plain.at("/database/url").textValue()).isEqualTo("its value");

        environment.replaceAll((name, value) -> blank + value + blank);
        assertThat(tree(ours())).isEqualTo(plain);
    }

    @ParameterizedTest
    @MethodSource("blanks")
    void aVariableOfBlanksIsNotSet(String blank) throws Exception {
        JsonNode defaults = tree(ours());
        for (String name : variables()) {
            environment.put(name, blank + blank);
        }
        assertThat(tree(ours())).isEqualTo(defaults);
    }

    @ParameterizedTest
    @MethodSource("blanks")
    void blanksAroundAValueInTheFileDoNotCount(String blank) throws Exception {
        environment.put("PART", blank + "part" + blank);
        JsonNode tree = tree("""
                text: "~a value~"
                list: ["~first", {second: "second~"}]
                parts: "~${PART}/${PART}~"
                standard: "${ABSENT:-~standard~}"
                nothing: "~"
                """.replace("~", escaped(blank)));
        assertThat(tree.get("text").textValue()).isEqualTo("a value");
        assertThat(tree.at("/list/0").textValue()).isEqualTo("first");
        assertThat(tree.at("/list/1/second").textValue()).isEqualTo("second");
        assertThat(tree.get("parts").textValue()).isEqualTo("part/part");
        assertThat(tree.get("standard").textValue()).isEqualTo("standard");
        assertThat(tree.get("nothing").isNull()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("blanks")
    void blanksAroundASystemPropertyDoNotCount(String blank) throws Exception {
        String property = PROPERTY_PREFIX + ".tokens.audience";
        System.setProperty(property, blank + "mine" + blank);
        try {
            assertThat(tree(ours()).at("/tokens/audience").textValue()).isEqualTo("mine");
        } finally {
            System.clearProperty(property);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r", "\n", "\t", "\u0000", "\u0007", "\u001B", "\u007F", "\u0085", "\u2028"})
    void controlCharactersAreRefusedByName(String control) throws Exception {
        String refused = String.format(" must not hold the control character U\\+%04X", (int) control.charAt(0));
        for (String name : List.of(
                "LATCHKEY_ISSUER",
                "LATCHKEY_AUDIENCE",
                "LATCHKEY_DATABASE_URL",
                "LATCHKEY_DATABASE_PASSWORD",
                "LATCHKEY_HOST",
                "LATCHKEY_CORS_ORIGINS",
                "LATCHKEY_AUDIT_LOG_LEVEL")) {
            environment.put(name, SECRET + control + SECRET);
            assertThat(refusal(ours())).matches("\\S+ \\(" + name + "\\)" + refused);
            environment.clear();
        }

        String inFile = "tokens: {issuer: \"" + SECRET + escaped(control) + SECRET + "\"}";
        assertThat(refusal(inFile)).matches("tokens.issuer" + refused);

        String property = PROPERTY_PREFIX + ".tokens.issuer";
        System.setProperty(property, SECRET + control + SECRET);
        try {
            assertThat(refusal(ours())).matches("tokens.issuer \\(-D" + property + "\\)" + refused);
        } finally {
            System.clearProperty(property);
        }
    }

    /** Of a connection that nobody uses, a load balancer has to let go first: it keeps it for 60 s. */
    @Test
    void keepsIdleConnectionsLongerThanLoadBalancers() throws Exception {
        DefaultServerFactory server = (DefaultServerFactory) read(ours()).getServerFactory();
        HttpConnectorFactory connector =
                (HttpConnectorFactory) server.getApplicationConnectors().get(0);
        assertThat(connector.getIdleTimeout()).isEqualTo(Duration.seconds(75));
    }

    /** A variable, a value that cannot be taken, and the setting that the line begins with. */
    @ParameterizedTest
    @CsvSource({
        "LATCHKEY_PORT, http, server.applicationConnectors[0].port",
        "LATCHKEY_PORT, 65536, server.applicationConnectors[0].port",
        "LATCHKEY_ADMIN_PORT, -1, server.adminConnectors[0].port",
        "LATCHKEY_IDLE_TIMEOUT, soon, server.applicationConnectors[0].idleTimeout",
        "LATCHKEY_THREADS, many, server.maxThreads",
        "LATCHKEY_DATABASE_URL, jdbc:mysql://localhost/x, database.url",
        "LATCHKEY_DATABASE_CONNECTIONS, 1001, database.maxConnections",
        "LATCHKEY_KEY_LIFETIME, 1m, tokens.keyLifetime",
        "LATCHKEY_SESSION_MAX_LIFETIME, never, sessions.maxLifetime",
        "LATCHKEY_PASSWORD_MEMORY, 1, passwords.memory",
        "LATCHKEY_CORS_ORIGINS, https://app.example.com/, cors.origins",
        "LATCHKEY_CORS_HEADERS, X-Tenant:, cors.headers",
        "LATCHKEY_MAX_VALUE_SIZE, huge, data.maxValueSize",
        "LATCHKEY_LIMIT_LOGIN_FAILURES_PER_ADDRESS, 7, limits.logInFailuresPerAddress",
        "LATCHKEY_TRUSTED_PROXIES, proxy, http.trustedProxies",
        "LATCHKEY_DOCS, perhaps, docs.enabled",
    })
    void namesTheVariableThatAWrongValueCameFrom(String name, String value, String setting) {
        environment.put(name, value);
        assertThat(refusal(ours())).startsWith(setting + " (" + name + ") ");
    }

    @Test
    void namesTheVariableOfEachOfSeveralWrongValues() {
        environment.putAll(Map.of("LATCHKEY_PASSWORD_THREADS", "999", "LATCHKEY_PASSWORD_PASSES", "1"));
        assertThat(refusal(ours().replace("queue: ${LATCHKEY_PASSWORD_QUEUE:-64}", "queue: -1")))
                .isEqualTo("passwords.threads (LATCHKEY_PASSWORD_THREADS) must be at most 256;"
                        + " passwords.queue must be at least 1;"
                        + " passwords.passes (LATCHKEY_PASSWORD_PASSES) must be at least 2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tcp://10.0.0.7:3000",
                "udp://10.96.12.1:53",
                "sctp://192.168.0.1:1",
                "tcp://[fd00::7]:3000",
                " tcp://10.0.0.7:65535\n",
                "tcp://172.17.0.5:8080"
            })
    void aServiceLinkOfKubernetesIsIgnoredWithAWarning(String link) throws Exception {
        environment.putAll(Map.of("LATCHKEY_PORT", link, "LATCHKEY_ADMIN_PORT", link));
        JsonNode server = tree(ours()).get("server");
        assertThat(server.at("/applicationConnectors/0/port").textValue()).isEqualTo("3000");
        assertThat(server.at("/adminConnectors/0/port").textValue()).isEqualTo("8081");
        assertThat(warnings().lines())
                .hasSize(2)
                .first()
                .asString()
                .matches("latchkey: .*config\\.yml:6:7: server\\.applicationConnectors\\[0]\\.port: LATCHKEY_PORT="
                        + Pattern.quote(link.strip()) + " is ignored: .* enableServiceLinks: false .*");
    }

    @ParameterizedTest
    @CsvSource({
        "LATCHKEY_PORT, tcp://10.0.0.7",
        "LATCHKEY_PORT, http://10.0.0.7:3000",
        "LATCHKEY_PORT, tcp://localhost:3000",
        "LATCHKEY_PORT, 10.0.0.7:3000",
        "LATCHKEY_PORT, tcp://10.0.0.7:3000/",
        "LATCHKEY_PORT, xtcp://10.0.0.7:3000",
        "LATCHKEY_THREADS, tcp://10.0.0.7:3000",
        "LATCHKEY_DATABASE_URL, tcp://10.0.0.7:3000",
    })
    void whatIsNoServiceLinkIsRefused(String name, String value) {
        environment.put(name, value);
        assertThat(refusal(ours())).contains(" (" + name + ") ");
        assertThat(warnings()).isEmpty();
    }

    @Test
    void whatElseAServiceLinkSetsIsNotLookedAt() throws Exception {
        JsonNode defaults = tree(ours());
        for (String end : List.of("SERVICE_HOST", "SERVICE_PORT", "SERVICE_PORT_HTTP", "PORT_3000_TCP_ADDR")) {
            environment.put("LATCHKEY_" + end, "10.0.0.7");
            environment.put("LATCHKEY_ADMIN_" + end, "10.0.0.7");
        }
        assertThat(tree(ours())).isEqualTo(defaults);
    }

    /** As YAML wants it between double quotes. */
    private static String escaped(String text) {
        return text.chars()
                .mapToObj(character -> String.format("\\u%04X", character))
                .collect(Collectors.joining());
    }

    private static String ours() {
        try {
            return Files.readString(Path.of("config.yml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All that {@code config.yml} names. */
    private static List<String> variables() {
        return Pattern.compile("\\$\\{(LATCHKEY_\\w+)")
                .matcher(ours())
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private String refusal(String text) {
        Throwable failure = catchThrowable(() -> read(text));
        assertThat(failure).isInstanceOf(WrongConfiguration.class);
        List<String> reasons = ((WrongConfiguration) failure)
                .findings().stream()
                        .filter(finding -> finding.weight() == Finding.Weight.WRONG)
                        .map(Finding::text)
                        .toList();
        assertThat(reasons).allSatisfy(reason -> assertThat(reason.lines()).hasSize(1));
        return String.join("; ", reasons);
    }

    private String warnings() {
        return warnings.toString(StandardCharsets.UTF_8);
    }

    private LatchkeyConfiguration read(String text) throws Exception {
        return read(LatchkeyConfiguration.class, text, VALIDATOR);
    }

    /** What the file says once it is read, whether it makes sense or not. */
    private JsonNode tree(String text) throws Exception {
        return read(JsonNode.class, text, null);
    }

    private <T> T read(Class<T> type, String text, Validator validator) throws Exception {
        Path file = folder.resolve("config.yml");
        Files.writeString(file, text);
        return new ConfigurationFile<>(
                        type,
                        validator,
                        MAPPER,
                        PROPERTY_PREFIX,
                        sources,
                        new PrintStream(warnings, true, StandardCharsets.UTF_8))
                .build(new FileConfigurationSourceProvider(), file.toString());
    }
}
