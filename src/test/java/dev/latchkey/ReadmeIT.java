package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.latchkey.sdk.JavaSdk;
import dev.latchkey.server.audit.AuditEvent;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Documents;
import dev.latchkey.testing.Documents.Block;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.JarProcess;
import dev.latchkey.testing.Program;
import dev.latchkey.testing.ServerExtension;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the README and the pages show is what happens.
 *
 * <p>Each block of shell is run, unless a comment on the line before says why not ({@code <!-- not run: … -->}) or which other
 * test runs it ({@code <!-- run by … -->}). The blocks of a page share one shell and one new server. Before those of a page come
 * the README's, so that its user and {@code $TOKEN} are there. A block of JSON right behind one is what the shell prints.
 */
final class ReadmeIT {
    private static final Path API = Documents.PAGES.resolve("api.md");
    private static final Path ERRORS = Documents.PAGES.resolve("errors.md");
    private static final Path CLIENTS = Documents.PAGES.resolve("clients.md");
    private static final Path RECOVERY = Documents.PAGES.resolve("recovery.md");
    private static final Path OPERATING = Documents.PAGES.resolve("operating.md");
    private static final Path CHECKING_TOKENS = Documents.PAGES.resolve("checking-tokens.md");

    private static final Set<String> LANGUAGES =
            Set.of("sh", "json", "js", "java", "python", "xml", "ini", "yaml", "text", "nginx", "haproxy", "caddy");
    private static final Pattern NOT_RUN = Pattern.compile("not run: \\S.*");
    private static final Pattern RUN_BY = Pattern.compile("run by (\\w+)");

    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z");
    private static final String SQLITE = "jdbc:sqlite:";
    private static final String END_OF_BLOCK = "(end of block)";

    @RegisterExtension
    static final ServerExtension SERVER = new ServerExtension(Engine.SQLITE);

    @TempDir
    private Path folder;

    /** A block of shell, and what the page says that it prints, or null. */
    private record Step(String command, String output) {}

    static List<Path> pages() {
        return Documents.pages();
    }

    /** For the first five minutes. */
    @Test
    void theReadmeIsShort() {
        assertThat(Documents.text(Documents.README).lines()).hasSizeLessThanOrEqualTo(150);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void eachBlockSaysWhatItIsAndWhyItIsNotRun(Path page) throws IOException {
        String text = Documents.text(page);
        List<Block> blocks = Documents.blocks(text);

        assertThat(text.lines().filter(line -> line.strip().startsWith("```")))
                .as("fences")
                .hasSize(2 * blocks.size());
        assertThat(text.lines().filter(line -> line.strip().startsWith("<!--")))
                .as("comments that stand before no block")
                .hasSize((int)
                        blocks.stream().filter(block -> block.note() != null).count());
        for (Block block : blocks) {
            assertThat(block.language()).as(block.text()).isIn(LANGUAGES);
            if (block.note() != null) {
                assertThat(block.language()).as(block.text()).isEqualTo("sh");
                Matcher runBy = RUN_BY.matcher(block.note());
                if (runBy.matches()) {
                    assertThat(sourceOf(runBy.group(1))).contains("\"" + page.getFileName() + "\"");
                } else {
                    assertThat(block.note()).matches(NOT_RUN);
                }
            }
        }
    }

    private static String sourceOf(String test) throws IOException {
        try (Stream<Path> sources = Files.walk(Path.of("src/test/java"))) {
            return Documents.text(sources.filter(source -> source.endsWith(test + ".java"))
                    .findFirst()
                    .orElseThrow());
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void theShellOfAPageDoesWhatItSays(Path page) throws Exception {
        List<Step> steps = steps(page);
        if (steps.isEmpty()) {
            return;
        }
        assumeTrue(isInstalled("curl"), "There is no curl here: the lines of " + page + " were NOT run");

        List<String> printed = run(page, steps);

        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (step.output() != null) {
                assertThat(withoutWhatDiffers(printed.get(i))).isEqualTo(withoutWhatDiffers(step.output()));
            } else {
                assertThat(printed.get(i)).as(step.command()).doesNotContain("\"status\":\"error\"");
            }
            if (step.command().startsWith("curl") && !step.command().contains(" -o ")) {
                assertThat(printed.get(i)).as(step.command()).isNotEmpty();
            }
        }
        if (page.equals(API)) {
            assertThat(printed).anyMatch(answer -> answer.contains("\"refresh_token\":\"lkr_"));
            assertThat(printed)
                    .anyMatch(answer -> answer.contains("\"current\":true") && answer.contains("\"current\":false"));
            assertThat(folder.resolve("latchkey-export.json")).content().contains("\"full_name\":\"Jane Doe\"");
        }
    }

    /** What is run of a page: all that no comment takes out. */
    private static List<Step> steps(Path page) {
        List<Block> blocks = Documents.blocks(Documents.text(page));
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            if (block.language().equals("sh") && block.note() == null) {
                boolean isShown = i + 1 < blocks.size()
                        && blocks.get(i + 1).isNextTo()
                        && blocks.get(i + 1).language().equals("json");
                steps.add(new Step(block.text(), isShown ? blocks.get(i + 1).text() : null));
            }
        }
        return steps;
    }

    /** Runs the steps one after the other, as if somebody typed them, and returns what each printed. */
    private List<String> run(Path page, List<Step> steps) throws Exception {
        ServerExtension server = new ServerExtension(
                Engine.SQLITE,
                "database.backupFolder",
                folder.resolve("data/backups").toString(),
                "mail.mode",
                page.equals(RECOVERY) ? "log" : "off");
        server.beforeAll(null);
        try {
            StringBuilder script = new StringBuilder("set -eu\nexec 2>errors.txt\n");
            if (!page.equals(Documents.README)) {
                steps(Documents.README).forEach(step -> script.append("{\n" + step.command() + "\n} >>before.txt\n"));
            }
            steps.forEach(step -> script.append(step.command() + "\necho\necho '" + END_OF_BLOCK + "'\n"));
            Files.writeString(folder.resolve("page.sh"), here(script.toString(), server));
            Files.writeString(folder.resolve("password.txt"), "correct horse battery");
            Files.copy(Path.of("config.yml"), folder.resolve("config.yml"));
            Map<String, String> variables = Map.of(
                    "LATCHKEY_DATABASE_URL", absolute(server.database().url()),
                    "LATCHKEY_BACKUP_FOLDER", folder.resolve("data/backups").toString(),
                    "LC_ALL", "C.UTF-8");
            Program.Run run = Program.run(folder, variables, List.of("sh", "page.sh"));

            assertThat(run.exitCode())
                    .as(page + "\n" + run.output() + Files.readString(folder.resolve("errors.txt")))
                    .isZero();
            List<String> printed = Stream.of(run.output().split(Pattern.quote(END_OF_BLOCK) + "\n"))
                    .map(String::strip)
                    .toList();
            assertThat(printed).hasSameSizeAs(steps);
            return printed;
        } finally {
            server.afterAll(null);
        }
    }

    /** The commands run in another folder than the server. */
    private static String absolute(String url) {
        return SQLITE + Path.of(url.substring(SQLITE.length())).toAbsolutePath();
    }

    /** With the addresses of the test. */
    private static String here(String text, ServerExtension server) {
        return text.replace("localhost:3000", server.address().getAuthority())
                .replace("localhost:8081", server.admin().getAuthority())
                .replace("java -jar target/latchkey.jar", JarProcess.inShell());
    }

    private static String withoutWhatDiffers(String answer) {
        return TIME.matcher(UUID.matcher(answer).replaceAll("(id)")).replaceAll("(time)");
    }

    private static boolean isInstalled(String command) {
        return List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, command)));
    }

    @Test
    void theReadmeShowsTheFirstCalls() {
        List<Step> steps = steps(Documents.README);

        assertThat(steps).hasSize(4).allMatch(step -> step.command().contains("curl -s localhost:3000/api/"));
        assertThat(steps.stream().filter(step -> step.output() != null)).hasSize(3);
    }

    @Test
    void theProgramPrintsWhatTheReadmeSays() throws IOException {
        SERVER.api()
                .send(
                        "POST",
                        "/api/register",
                        Api.registration("example_user")
                                .put("password", "secure_password123")
                                .toString(),
                        "Content-Type",
                        "application/json");
        Path source = folder.resolve("Hello.java");
        Files.writeString(
                source,
                here(Documents.blocks(Documents.README, "Java", "java").get(0).text(), SERVER));

        for (int run = 0; run < 2; run++) {
            assertThat(JavaSdk.run(folder, List.of(), source.toString())).isEqualToIgnoringNewLines("Hello!");
        }
    }

    /** What the page about clients says is what the build makes. */
    @Test
    void theClientIsTheOneThatItNames() throws IOException {
        String named = Documents.blocks(CLIENTS, "Java", "xml")
                .get(0)
                .text()
                .lines()
                .map(String::strip)
                .filter(line -> !line.contains("dependency>"))
                .reduce("", String::concat);
        assertThat(Files.readString(Path.of("src/sdk/java/pom.xml")).replaceAll("\\s*\n\\s*", ""))
                .contains(named);
    }

    /** What Spring Security is told is what the test of the key set tells it. */
    @Test
    void theDecoderIsTheOneThatIsTested() throws IOException {
        String shown = Documents.blocks(CHECKING_TOKENS, "With Spring Security", "java")
                .get(0)
                .text();

        assertThat(sourceOf("JwksTest").replaceAll("\\s+", ""))
                .contains(shown.replace("\"http://localhost:3000/.well-known/jwks.json\"", "keySetAddress()")
                        .replaceAll("\\s+", ""));
    }

    @Test
    void eachEventOfTheAuditLogIsNamed() {
        assertThat(Documents.section(OPERATING, "The audit log"))
                .contains(Arrays.stream(AuditEvent.values())
                        .map(event -> "`" + event.name().toLowerCase(Locale.ROOT) + "`")
                        .toList());
    }

    @Test
    void theErrorLooksAsItShows() {
        Block shown = Documents.blocks(Documents.text(ERRORS)).stream()
                .filter(block -> block.language().equals("json"))
                .findFirst()
                .orElseThrow();
        Api.Answer answer = SERVER.api()
                .send(
                        "POST",
                        "/api/register",
                        Api.registration(Api.newName()).put("age", "old").toString(),
                        "Content-Type",
                        "application/json",
                        "X-Request-Id",
                        "c25444dcba470b2d");

        assertThat(answer.exchange().body()).isEqualTo(shown.text());
    }
}
