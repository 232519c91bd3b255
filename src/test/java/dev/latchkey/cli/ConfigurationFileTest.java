package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.latchkey.LatchkeyConfiguration;
import dev.latchkey.http.ContractValidation;
import io.dropwizard.configuration.FileConfigurationSourceProvider;
import io.dropwizard.jackson.Jackson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an operator reads of a wrong {@code config.yml}; WrongConfigurationIT sees to it that nothing else is printed. */
final class ConfigurationFileTest {
    private static final String SECRET = "sesame";

    @TempDir
    private Path folder;

    /** What to replace in {@code config.yml}, by what, and the line that follows. */
    static Stream<Arguments> wrongFiles() {
        return Stream.of(
                Arguments.of("  maxThreads: .*", "  maxThreads: [1", "line \\d+, column \\d+ is not YAML"),
                Arguments.of("    org.flywaydb: .*", "    a: b: " + SECRET, "line \\d+, column \\d+ is not YAML"),
                Arguments.of("(?s).*", "", "Configuration at config.yml must not be empty"),
                Arguments.of("(?s).+", "just text", "the whole is not a section with settings of its own"),
                Arguments.of(
                        "minThreads", "minThread", "server.minThread is not known; did you mean minThreads, .*\\?"),
                Arguments.of(
                        "acceptorThreads: 1",
                        "acceptorThreads: one",
                        "server.applicationConnectors\\[0\\].acceptorThreads is not a number"),
                Arguments.of("enabled: false", "enabled: maybe", "server.gzip.enabled is not true or false"),
                Arguments.of("minThreads: 8", "minThreads: 0", "server.minThreads must be .*"),
                Arguments.of(
                        "(?s)threads: \\$\\{LATCHKEY_PASSWORD_THREADS.*?queue: [^\n]*",
                        "threads: 999\n  queue: -1",
                        "passwords.queue must be at least 1; passwords.threads must be at most 256"),
                Arguments.of(
                        "(?s)memory: \\$\\{LATCHKEY_PASSWORD_MEMORY.*?passes: [^\n]*",
                        "memory: 19455\n  passes: 1",
                        "passwords.memory must be at least 19456; passwords.passes must be at least 2"),
                Arguments.of(
                        "maxValueSize: .*", "maxValueSize: huge", "data.maxValueSize is wrong: Invalid size: huge"),
                Arguments.of(
                        "origins: .*",
                        "origins: https://app.example.com/",
                        "cors.origins is wrong: 'https://app.example.com/' is no origin as browsers send it, .*"),
                Arguments.of(
                        "\n    - type: console",
                        "\n    - type: consul",
                        "logging.appenders\\[0\\] has an unknown type 'consul'"),
                Arguments.of(
                        "\\$\\{LATCHKEY_PORT:-3000}",
                        "\\${ABSENT}",
                        "server.applicationConnectors\\[0\\].port names an environment variable that is not set: "
                                + "\\$\\{ABSENT}"),
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

        Throwable failure = catchThrowable(() -> read(wrong));
        String reason = StartFailure.reason(failure).orElseThrow(() -> new AssertionError(failure));

        assertThat(reason).matches(line.replace("config.yml", ".*config.yml")).doesNotContain(SECRET);
    }

    @Test
    void takesTheOneOfTheProject() throws Exception {
        assertThat(read(Files.readString(Path.of("config.yml")))).isNotNull();
    }

    private LatchkeyConfiguration read(String text) throws Exception {
        Path file = folder.resolve("config.yml");
        Files.writeString(file, text);
        var mapper = Jackson.newObjectMapper();
        var validator = ContractValidation.factory(mapper, (password, username, email, fullName) -> Optional.empty())
                .getValidator();
        // Not Dropwizard's prefix: under that, the servers of other tests override settings for the whole JVM.
        return new ConfigurationFile<>(LatchkeyConfiguration.class, validator, mapper, "none")
                .build(new FileConfigurationSourceProvider(), file.toString());
    }
}
