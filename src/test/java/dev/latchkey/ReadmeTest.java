package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.latchkey.sdk.JavaSdk;
import dev.latchkey.server.audit.AuditEvent;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows is what happens. */
final class ReadmeTest {
    private static final Pattern BLOCK = Pattern.compile("```(\\w+)\n(.*?)```", Pattern.DOTALL);
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    /** A new user's server: nothing in it. */
    @RegisterExtension
    static final ServerExtension SERVER = new ServerExtension(Engine.SQLITE);

    @TempDir
    private Path folder;

    @Test
    void theCurlLinesAndTheProgramPrintWhatItShows() throws Exception {
        List<MatchResult> blocks = BLOCK.matcher(section("Use it")).results().toList();
        List<String> commands = blocks.stream()
                .filter(block -> block.group(1).equals("sh"))
                .map(block -> block.group(2).strip())
                .toList();
        List<String> outputs = blocks.stream()
                .filter(block -> block.group(1).equals("json"))
                .map(block -> block.group(2).strip())
                .toList();
        assertThat(commands).hasSize(4).allMatch(command -> command.contains("curl -s localhost:3000/api/"));
        assertThat(outputs).hasSize(3);
        assumeTrue(isInstalled("curl"), "There is no curl here: the README's lines were NOT run");

        Path script = folder.resolve("readme.sh");
        Files.writeString(script, here(String.join("\necho\n", commands)));
        List<String> printed = run("sh", script.toString())
                .lines()
                .filter(line -> !line.isBlank())
                .toList();

        assertThat(printed).hasSameSizeAs(outputs);
        for (int i = 0; i < outputs.size(); i++) {
            assertThat(UUID.matcher(printed.get(i)).replaceAll("(id)"))
                    .isEqualTo(UUID.matcher(outputs.get(i)).replaceAll("(id)"));
        }

        Path source = folder.resolve("Hello.java");
        Files.writeString(source, here(blocks("Java", "java").get(0)));
        assertThat(JavaSdk.run(folder, List.of(), source.toString())).isEqualToIgnoringNewLines("Hello!");
    }

    /** What it says is what the build makes. */
    @Test
    void theClientIsTheOneThatItNames() throws IOException {
        String named = blocks("Java", "xml")
                .get(0)
                .lines()
                .map(String::strip)
                .filter(line -> !line.contains("dependency>"))
                .reduce("", String::concat);
        assertThat(Files.readString(Path.of("target/sdk/java/pom.xml")).replaceAll("\\s*\n\\s*", ""))
                .contains(named);
    }

    /** On the account of the lines before, whether it is there already or not; in the end it is gone. */
    @Test
    void theLinesAboutTheAccountDoWhatItSays() throws Exception {
        assumeTrue(isInstalled("curl"), "There is no curl here: the README's lines were NOT run");
        List<String> commands = new ArrayList<>(blocks("Use it", "sh").subList(0, 2));
        commands.addAll(blocks("The account", "sh"));

        Path script = folder.resolve("account.sh");
        Files.writeString(script, here(String.join("\necho\n", commands)));
        List<String> printed = run("sh", script.toString())
                .lines()
                .filter(line -> !line.isBlank())
                .skip(1)
                .toList();

        assertThat(printed).hasSize(4).allMatch(answer -> answer.startsWith("{\"status\":\"success\""));
        assertThat(withoutWhatDiffers(printed.get(0)))
                .isEqualTo(withoutWhatDiffers(blocks("The account", "json").get(0)));
        assertThat(folder.resolve("latchkey-export.json")).content().contains("\"full_name\":\"Jane Doe\"");
    }

    /** As another user, so that neither of the tests above has to come first. */
    @Test
    void theLinesAboutSessionsDoWhatItSays() throws Exception {
        assumeTrue(isInstalled("curl"), "There is no curl here: the README's lines were NOT run");
        List<String> commands = new ArrayList<>(blocks("Use it", "sh").subList(0, 2));
        commands.addAll(blocks("Sessions", "sh"));

        Path script = folder.resolve("sessions.sh");
        Files.writeString(
                script,
                here(String.join("\necho\n", commands))
                        .replace("example_user", "another_user")
                        .replace("user@example.com", "another@example.com"));
        List<String> printed = run("sh", script.toString())
                .lines()
                .filter(line -> !line.isBlank())
                .toList();

        assertThat(printed).hasSize(4).allMatch(answer -> answer.startsWith("{\"status\":\"success\""));
        assertThat(printed.get(1)).contains("\"refresh_token\":\"lkr_");
        assertThat(printed.get(2)).contains("\"current\":true").contains("\"current\":false");
    }

    @Test
    void itNamesEveryEventOfTheAuditLog() throws IOException {
        assertThat(section("The audit log"))
                .contains(Arrays.stream(AuditEvent.values())
                        .map(event -> "`" + event.name().toLowerCase(Locale.ROOT) + "`")
                        .toList());
    }

    private static List<String> blocks(String section, String language) throws IOException {
        return BLOCK.matcher(section(section))
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2).strip())
                .toList();
    }

    private static String withoutWhatDiffers(String answer) {
        return UUID.matcher(answer).replaceAll("(id)").replaceAll("\"created_at\":\"[^\"]*\"", "(time)");
    }

    @Test
    void theErrorLooksAsItShows() throws IOException {
        MatchResult shown =
                BLOCK.matcher(section("Errors")).results().findFirst().orElseThrow();
        Api.Answer answer = SERVER.api()
                .send(
                        "POST",
                        "/api/register",
                        Api.registration(Api.newName()).put("age", "old").toString(),
                        "Content-Type",
                        "application/json",
                        "X-Request-Id",
                        "c25444dcba470b2d");

        assertThat(answer.exchange().body()).isEqualTo(shown.group(2).strip());
    }

    @Test
    void theTableNamesEveryVariableOfTheConfigurationWithItsDefault() throws IOException {
        Map<String, String> configured = new TreeMap<>();
        Pattern.compile("\\$\\{(LATCHKEY_\\w+):-([^}]*)}")
                .matcher(Files.readString(Path.of("config.yml")))
                .results()
                .forEach(variable -> configured.put(variable.group(1), variable.group(2)));
        Map<String, String> described = Pattern.compile(
                        "^\\| `(LATCHKEY_\\w+)` \\| (?:`([^`]*)`)?[^|]*\\|", Pattern.MULTILINE)
                .matcher(section("Run it in earnest"))
                .results()
                .collect(Collectors.toMap(
                        row -> row.group(1),
                        row -> row.group(2) == null ? "" : row.group(2),
                        (one, other) -> one,
                        TreeMap::new));

        assertThat(described).isEqualTo(configured);
    }

    @Test
    void itsLinksLeadSomewhere() throws IOException {
        List<String> targets = new ArrayList<>();
        Pattern.compile("]\\(([^)#:]+)\\)").matcher(readme()).results().forEach(link -> targets.add(link.group(1)));

        assertThat(targets).isNotEmpty().allMatch(target -> Files.exists(Path.of(target)));
    }

    private static String readme() throws IOException {
        return Files.readString(Path.of("README.md"));
    }

    private static String section(String title) throws IOException {
        String fromTitle = readme().split("\n###? " + title + "\n", 2)[1];
        return fromTitle.split("\n###? ", 2)[0];
    }

    private static String here(String text) {
        return text.replace("localhost:3000", SERVER.address().getAuthority());
    }

    private static boolean isInstalled(String command) {
        return List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, command)));
    }

    private String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
