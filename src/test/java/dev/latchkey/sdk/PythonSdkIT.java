package dev.latchkey.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.Engine;
import dev.latchkey.Program;
import dev.latchkey.ServerExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The Python SDK in {@code target/sdk/python}, in its own runtime. */
final class PythonSdkIT {
    private static final Path SDK = Path.of("target/sdk/python").toAbsolutePath();
    private static final Path TESTS = Path.of("src/sdk/python/tests").toAbsolutePath();
    private static final String UNTESTED = "the Python SDK was";

    private static final Pattern OWN_IMPORT =
            Pattern.compile("^\\s*from (latchkey_client[\\w.]*) import", Pattern.MULTILINE);

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

    @ParameterizedTest
    @EnumSource(Engine.class)
    void talksToTheServer(Engine engine) {
        runs("test_server.py", ServerExtension.shared(engine));
    }

    /** Against answers that a healthy server does not give. */
    @Test
    void behavesWhenThingsGoWrong() {
        runs("test_trouble.py", ServerExtension.shared(Engine.SQLITE));
    }

    @Test
    void doesWhatItsReadmeSays() {
        runs("test_readme.py", ServerExtension.shared(Engine.SQLITE));
    }

    private void runs(String tests, ServerExtension server) {
        String packages = "import pydantic, urllib3; v = lambda m: int(m.__version__.split('.')[0]);"
                + " assert v(pydantic) >= 2 and v(urllib3) >= 2";
        if (python(Map.of(), "-c", packages).exitCode() != 0) {
            Program.missing(
                    "python packages",
                    "This Python has no pydantic 2 and urllib3 2: " + UNTESTED + " byte-compiled, and NOT run.");
        }
        Map<String, String> variables = Map.of(
                "LATCHKEY_URL",
                "http://127.0.0.1:" + server.port(),
                "LATCHKEY_README",
                Path.of("README.md").toAbsolutePath().toString(),
                "NO_PROXY",
                "127.0.0.1");
        String output = python(variables, "-m", "unittest", "discover", "-s", TESTS.toString(), "-p", tests)
                .succeeded();
        assertThat(output).contains("OK").doesNotContain("skipped", "Ran 0 tests");
    }

    private Program.Run python(Map<String, String> variables, String... arguments) {
        Map<String, String> all = new HashMap<>(variables);
        all.put("PYTHONPATH", SDK.toString());
        all.put("PYTHONPYCACHEPREFIX", cache.toString());
        all.put("PYTHONUTF8", "1");
        Path python = Program.find(UNTESTED, "python3");
        return Program.run(
                cache,
                all,
                Stream.concat(Stream.of(python.toString()), Stream.of(arguments))
                        .toList());
    }
}
