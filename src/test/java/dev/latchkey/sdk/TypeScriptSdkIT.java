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
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The TypeScript SDK as its users get it: built and packed by npm, installed into an empty folder, and used from there. */
final class TypeScriptSdkIT {
    private static final String UNTESTED = "the TypeScript SDK was";
    private static final Path TESTS = Path.of("src/sdk/typescript/test");
    private static final Pattern BLOCK = Pattern.compile("```(\\w+)\n(.*?)```", Pattern.DOTALL);

    /** Where the README's alice does not exist yet. */
    @RegisterExtension
    static final ServerExtension NEW = new ServerExtension(Engine.SQLITE);

    /** Which pages of any origin may call. */
    @RegisterExtension
    static final ServerExtension OPEN = new ServerExtension(Engine.SQLITE, "cors.origins", "*");

    /** As npm leaves it that has installed the package; each test has a copy. */
    @TempDir
    private static Path fresh;

    @TempDir
    private Path folder;

    @BeforeAll
    static void buildThePackage() {
        TypeScriptPackage.build(UNTESTED);
        assertThat(TypeScriptPackage.file()).exists();
        TypeScriptPackage.install(fresh, UNTESTED);
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void doesWhatItPromisesOnARealServer(Engine engine) throws IOException {
        install(folder);
        copyTests();
        String[] tests = Stream.concat(
                        Stream.of(
                                "--test",
                                Node.REPORTER,
                                "--test-timeout=" + TimeUnit.MINUTES.toMillis(ProofSize.of(2, 30))),
                        names(folder).filter(name -> name.endsWith(".test.mjs")).sorted())
                .toArray(String[]::new);
        assertThat(tests).hasSizeGreaterThan(3);

        Map<String, String> variables = Map.of(
                "LATCHKEY_URL",
                address(ServerExtension.shared(engine)),
                "LATCHKEY_ROUNDS",
                String.valueOf(ProofSize.of(2, 100)),
                "LATCHKEY_ADDRESSES",
                Path.of("src/sdk/addresses.json").toAbsolutePath().toString());
        run(variables, tests).succeeded();
    }

    @Test
    void keepsASessionForTwoTabsOfABrowser() throws IOException {
        String untested = "the TypeScript SDK in a browser was";
        Path browser = Program.browser(untested);
        Node.install(untested);
        install(folder);
        Map<String, String> variables = Map.of(
                "SDK_FOLDER", folder.resolve("node_modules/latchkey-client").toString(),
                "SDK_TESTS", TESTS.toAbsolutePath().toString(),
                "LATCHKEY_URL", address(OPEN),
                "BROWSER", browser.toString());

        Node.test(variables, untested, "sdk.test.mjs").succeeded();
    }

    /** In whichever way a program's compiler looks for packages. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--module nodenext",
                "--module node16 --moduleResolution node16",
                "--module esnext --moduleResolution bundler",
                "--module preserve --moduleResolution bundler",
                "--module esnext --moduleResolution node10 --ignoreDeprecations 6.0",
                "--module es2022 --moduleResolution node --ignoreDeprecations 6.0"
            })
    void hasTheTypesThatAProgramExpects(String options) throws IOException {
        install(folder);
        copyTests();
        String[] compile = Stream.concat(Stream.of(compiler(), "-p", "."), Stream.of(options.split(" ")))
                .toArray(String[]::new);

        run(Map.of(), compile).succeeded();

        // It has to be able to find something.
        Path types = folder.resolve("types.mts");
        Files.writeString(types, Files.readString(types).replace("{ age: null }", "{ age: 'none' }"));
        assertThat(run(Map.of(), compile).output()).contains("TS2322");
    }

    /** A browser's module loader takes names as they are: all imports are relative, and name a file. */
    @Test
    void canBeLoadedWithoutABundlerAndHoldsNothingElse() throws IOException {
        install(folder);
        Path modules = folder.resolve("node_modules");
        assertThat(names(modules)).containsExactlyInAnyOrder(".package-lock.json", "latchkey-client");
        Path installed = modules.resolve("latchkey-client");
        assertThat(names(installed)).containsExactlyInAnyOrder("LICENSE", "README.md", "dist", "package.json", "src");
        assertThat(names(installed.resolve("src/generated")))
                .containsExactlyInAnyOrder("apis", "index.ts", "models", "runtime.ts");
        Pattern imported = Pattern.compile("\\b(?:from|import) '([^']*)'");
        try (Stream<Path> files = Files.walk(installed.resolve("dist"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = file.getFileName().toString();
                assertThat(name).matches(".*\\.(js|js\\.map|d\\.ts|d\\.ts\\.map)");
                if (name.endsWith(".js") || name.endsWith(".d.ts")) {
                    assertThat(imported.matcher(Files.readString(file))
                                    .results()
                                    .map(found -> found.group(1)))
                            .as(name)
                            .filteredOn(target -> !(name.equals("node.js") && target.equals("node:fs/promises")))
                            .allSatisfy(target -> assertThat(target).startsWith("."))
                            .allSatisfy(target ->
                                    assertThat(file.resolveSibling(target)).exists());
                }
            }
        }
        assertThat(Files.readString(installed.resolve("dist/generated/models/Entry.js")))
                .contains("generated by OpenAPI Generator")
                .doesNotContain("RFC 8259");
    }

    @Test
    void doesWhatTheReadmeShows() throws IOException {
        List<MatchResult> blocks = blocks(section(Files.readString(Path.of("README.md")), "TypeScript"));
        assertThat(blocks.stream().map(block -> block.group(1))).containsExactly("sh", "sh", "js");
        assertThat(blocks.get(0).group(2).strip()).isEqualTo("mvn -q -f src/sdk/typescript package");
        Files.createSymbolicLink(folder.resolve("latchkey"), Path.of("").toAbsolutePath());
        Path empty = Files.createDirectory(folder.resolve("empty"));

        Program.run(empty, Map.of(), List.of("sh", "-c", blocks.get(1).group(2)))
                .succeeded();

        for (int run = 0; run < 2; run++) {
            assertThat(printed(empty, blocks.get(2).group(2))).isEqualTo("Hello, world!");
        }
    }

    @Test
    void doesWhatTheReadmeOfThePackageShows() throws IOException {
        List<String> programs = blocks(Files.readString(TypeScriptPackage.FOLDER.resolve("README.md"))).stream()
                .filter(block -> block.group(1).equals("js"))
                .map(block -> block.group(2).replace("alice", "bob"))
                .toList();
        install(folder);

        for (int run = 0; run < 2; run++) {
            assertThat(printed(folder, programs.get(0))).isEqualTo("Hello, world!");
        }
        String page = "globalThis.localStorage = { getItem: () => null };\nconst showPage = console.log;\n";
        String loggedIn = """
                import { Latchkey } from 'latchkey-client';
                const latchkey = new Latchkey('http://localhost:3000');
                await latchkey.logIn({ username: 'bob', password: 'secure_password123' });
                """;
        for (int run = 0; run < 2; run++) {
            assertThat(printed(folder, loggedIn + programs.get(1)))
                    .isEqualTo("carrots\nnotes/1: carrots\nnotes/2: rye bread\nfalse");
            assertThat(printed(folder, loggedIn + programs.get(2) + "console.log(await latchkey.data.get('notes/1'));"))
                    .isEqualTo("lemons, butter");
            assertThat(printed(folder, loggedIn + programs.get(3))).isEqualTo("greeting,notes/1");
            assertThat(printed(folder, loggedIn + programs.get(4)))
                    .isEqualTo("notes/1: lemons, butter\nlemons, butter");
            assertThat(printed(folder, page + programs.get(5))).isEqualTo("undefined");
            assertThat(printed(folder, programs.get(6))).isEqualTo("Nobody is logged in");
            assertThat(printed(
                            folder,
                            loggedIn
                                    + programs.get(7)
                                    + "console.log((await latchkey.data.readEntry('greeting')).data.value);"))
                    .isEqualTo("Hello again!");
        }
        assertThat(programs).hasSize(8);
    }

    private static void install(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(fresh)) {
            for (Path file : files.filter(one -> !one.equals(fresh)).toList()) {
                Files.copy(file, folder.resolve(fresh.relativize(file)));
            }
        }
    }

    private void copyTests() throws IOException {
        for (String name : names(TESTS).toList()) {
            Files.copy(TESTS.resolve(name), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static Stream<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList().stream();
        }
    }

    private static String compiler() {
        return TypeScriptPackage.FOLDER
                .resolve("node_modules/typescript/bin/tsc")
                .toString();
    }

    private Program.Run run(Map<String, String> variables, String... arguments) {
        List<String> command = Stream.concat(
                        Stream.of(Program.find(UNTESTED, "node").toString()), Stream.of(arguments))
                .toList();
        return Program.run(folder, variables, command);
    }

    private static String printed(Path folder, String program) throws IOException {
        Files.writeString(folder.resolve("hello.mjs"), program.replace("http://localhost:3000", address(NEW)));
        return Program.run(
                        folder, Map.of(), List.of(Program.find(UNTESTED, "node").toString(), "hello.mjs"))
                .succeeded()
                .strip();
    }

    private static String address(ServerExtension server) {
        return "http://127.0.0.1:" + server.port();
    }

    private static List<MatchResult> blocks(String text) {
        return BLOCK.matcher(text).results().toList();
    }

    private static String section(String text, String title) {
        return text.split("\n### " + title + "\n", 2)[1].split("\n###? ", 2)[0];
    }
}
