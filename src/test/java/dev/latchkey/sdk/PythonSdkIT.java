package dev.latchkey.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Node;
import dev.latchkey.testing.Program;
import dev.latchkey.testing.ProofSize;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The Python SDK in {@code target/sdk/python}, in its own runtime. */
final class PythonSdkIT {
    private static final Path SDK = Path.of("target/sdk/python").toAbsolutePath();
    private static final Path TESTS = Path.of("src/sdk/python/tests").toAbsolutePath();
    private static final String UNTESTED = "the Python SDK was";

    private static final String UNTESTED_BY_PYRIGHT = "pyright's opinion of the Python SDK was";

    private static final Pattern OWN_IMPORT =
            Pattern.compile("^\\s*from (latchkey_client[\\w.]*) import", Pattern.MULTILINE);

    /** What Python compiles, once for all tests, and not into the folder of the SDK. */
    @TempDir
    private static Path compiled;

    @TempDir
    private Path cache;

    @Test
    void compiles() {
        python(
                        Map.of(),
                        "-m",
                        "compileall",
                        "-q",
                        SDK.resolve("latchkey_client").toString())
                .succeeded();
    }

    /** Also where the packages are missing without which nothing of it can be run. */
    @Test
    void importsOnlyWhatIsThere() throws Exception {
        List<String> missing = new ArrayList<>();
        try (Stream<Path> files = Files.walk(SDK.resolve("latchkey_client"))) {
            for (Path file : files.filter(one -> one.toString().endsWith(".py")).toList()) {
                Matcher imports = OWN_IMPORT.matcher(Files.readString(file));
                while (imports.find()) {
                    Path module = SDK.resolve(imports.group(1).replace('.', '/'));
                    if (!Files.exists(Path.of(module + ".py")) && !Files.exists(module.resolve("__init__.py"))) {
                        missing.add(file.getFileName() + ": " + imports.group(1));
                    }
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void holdsWhatIsPublishedAndNothingElse() throws Exception {
        try (Stream<Path> files = Files.walk(SDK)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> SDK.relativize(file).toString())
                            .filter(file -> !file.startsWith("dist"))
                            .filter(file -> !file.matches("latchkey_client/((api|models)/)?\\w+\\.py")))
                    .containsExactlyInAnyOrder("LICENSE", "README.md", "pyproject.toml", "latchkey_client/py.typed");
        }
        assertThat(Files.readString(SDK.resolve("pyproject.toml")))
                .containsPattern("\nversion = \"[0-9]+[.][0-9]+[.][0-9]+([.]dev0)?\"\n");
    }

    @Test
    void installingItLeavesNothingInItsFolder() throws IOException {
        if (python(Map.of(), "-c", "import pip, flit_core.buildapi").exitCode() != 0) {
            Program.missing("flit_core", "This Python has no pip and flit_core: " + UNTESTED + " NOT installed.");
        }
        List<String> before = files();
        python(
                        Map.of("PIP_NO_INDEX", "1"),
                        "-m",
                        "pip",
                        "install",
                        "--no-build-isolation",
                        "--no-deps",
                        "--target",
                        cache.resolve("installed").toString(),
                        SDK.toString())
                .succeeded();

        assertThat(files()).isEqualTo(before);
        assertThat(cache.resolve("installed/latchkey_client/py.typed")).exists();
    }

    private static List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(SDK)) {
            return files.map(Path::toString).sorted().toList();
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void talksToTheServer(Engine engine) {
        runs("test_server.py", ServerExtension.shared(engine));
    }

    /** Against answers that a healthy server does not give. */
    @Test
    void behavesWhenThingsGoWrong() {
        runs("test_trouble.py", ServerExtension.shared(Engine.SQLITE));
    }

    @Test
    void followsChangesWhateverBecomesOfItsConnections() {
        runs("test_changes.py", ServerExtension.shared(Engine.SQLITE));
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void hasTheDataByFollowingTheServer(Engine engine) {
        runs("test_follower.py", ServerExtension.shared(engine));
    }

    @Test
    void doesWhatUsersDoWithMails() {
        runs("test_mail.py", ServerExtension.shared(Engine.SQLITE));
    }

    @Test
    void doesWhatItsReadmeSays() {
        runs("test_readme.py", ServerExtension.shared(Engine.SQLITE));
    }

    /** The package itself, a program that uses it, and the two READMEs. */
    @Test
    void passesMypy() throws IOException {
        if (python(Map.of(), "-m", "mypy", "--version").exitCode() != 0) {
            Program.missing("mypy", "This Python has no mypy: its opinion of " + UNTESTED + " NOT asked.");
        }
        outside();
        // The second and the third run need not read the packages again that the first has read.
        Map<String, String> path = Map.of(
                "MYPYPATH",
                SDK.toString(),
                "MYPY_CACHE_DIR",
                cache.resolve("mypy").toString());
        String[] check = {"-m", "mypy", "--strict", "outside.py", "readme.py", "own_readme.py"};

        assertThat(python(path, check).succeeded()).contains("no issues found");
        python(path, "-m", "mypy", "--strict", "-p", "latchkey_client").succeeded();

        breakTheProgram();
        assertThat(python(path, check).output()).contains("Missing named argument \"gender\"");
    }

    @Test
    void passesPyright() throws IOException {
        Node.install(UNTESTED_BY_PYRIGHT);
        requirePackages();
        outside();
        String python = python(Map.of(), "-c", "import sys; print(sys.executable)")
                .succeeded()
                .strip();
        Files.writeString(
                cache.resolve("pyrightconfig.json"),
                "{\"include\":[\"*.py\"],\"typeCheckingMode\":\"strict\",\"extraPaths\":[\"" + SDK + "\"]}");
        String[] check = {"node_modules/pyright/index.js", "--pythonpath", python, "-p", cache.toString()};

        assertThat(Node.run(Map.of(), UNTESTED_BY_PYRIGHT, check).succeeded()).contains("0 errors, 0 warnings");

        breakTheProgram();
        assertThat(Node.run(Map.of(), UNTESTED_BY_PYRIGHT, check).output())
                .contains("Argument missing for parameter \"gender\"");
    }

    /** What users write. */
    private void outside() throws IOException {
        Files.copy(TESTS.resolve("outside.py"), cache.resolve("outside.py"));
        Files.writeString(cache.resolve("readme.py"), program(Path.of("README.md")));
        Files.writeString(cache.resolve("own_readme.py"), program(SDK.resolve("README.md")));
    }

    private static String program(Path readme) throws IOException {
        Matcher program = Pattern.compile("```python\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(readme));
        assertThat(program.find()).as(readme.toString()).isTrue();
        return program.group(1);
    }

    /** The checkers have to be able to find something. */
    private void breakTheProgram() throws IOException {
        Path program = cache.resolve("outside.py");
        Files.writeString(program, Files.readString(program).replace(", gender=\"female\"", ""));
    }

    private void runs(String tests, ServerExtension server) {
        requirePackages();
        Map<String, String> variables = Map.of(
                "LATCHKEY_URL",
                "http://127.0.0.1:" + server.port(),
                "LATCHKEY_ROUNDS",
                String.valueOf(ProofSize.of(2, 100)),
                "LATCHKEY_README",
                Path.of("README.md").toAbsolutePath().toString(),
                "NO_PROXY",
                "127.0.0.1");
        String output = python(variables, "-m", "unittest", "discover", "-s", TESTS.toString(), "-p", tests)
                .succeeded();
        assertThat(output).contains("OK").doesNotContain("skipped", "Ran 0 tests");
    }

    private void requirePackages() {
        String packages = "import pydantic, urllib3; v = lambda m: int(m.__version__.split('.')[0]);"
                + " assert v(pydantic) >= 2 and v(urllib3) >= 2; urllib3.HTTPResponse.read1";
        if (python(Map.of(), "-c", packages).exitCode() != 0) {
            Program.missing(
                    "python packages",
                    "This Python has no pydantic 2 and urllib3 2.2: " + UNTESTED + " byte-compiled, and NOT run.");
        }
    }

    private Program.Run python(Map<String, String> variables, String... arguments) {
        Map<String, String> all = new HashMap<>(variables);
        all.put("PYTHONPATH", SDK.toString());
        all.put("PYTHONPYCACHEPREFIX", compiled.toString());
        all.put("PYTHONUTF8", "1");
        Path python = Program.find(UNTESTED, "python3");
        return Program.run(
                cache,
                all,
                Stream.concat(Stream.of(python.toString()), Stream.of(arguments))
                        .toList());
    }
}
