package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.latchkey.testing.Await;
import dev.latchkey.testing.Launcher;
import dev.latchkey.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which Java the launcher starts, and with which flags, seen by a program that takes Java's place and prints what it gets. */
final class LauncherTest {
    /** Makes what it is told to archive; with a file {@code broken} beside it, it fails, and with {@code endless} it does not end. */
    private static final String JAVA = """
            #!/bin/sh
            case " $* " in
              *" rehearse "*)
                [ ! -e "${0%/bin/java}/broken" ] || { echo "It is broken."; exit 3; }
                if [ -e "${0%/bin/java}/endless" ]; then echo $$ > "${0%/bin/java}/pid" && exec tail -f /dev/null; fi
                for argument; do
                  case $argument in
                    -XX:ArchiveClassesAtExit=* | -XX:SharedArchiveFile=* | -XX:AOTCacheOutput=*) echo classes > "${argument#*=}" ;;
                  esac
                done
                exit
                ;;
            esac
            echo "program $0"
            echo "pid $$"
            for argument; do echo "$argument"; done
            env | grep '^LATCHKEY' || true
            """;

    @TempDir
    private Path folder;

    private Path home;
    private Launcher launcher;

    @BeforeEach
    void install() throws IOException {
        home = folder.resolve("Latch key");
        launcher = new Launcher(home, Files.writeString(folder.resolve("a.jar"), "a jar"));
    }

    private Path java(String version) throws IOException {
        Path java = folder.resolve("java " + version);
        Path program = Files.createDirectories(java.resolve("bin")).resolve("java");
        Files.writeString(program, JAVA);
        program.toFile().setExecutable(true);
        Files.writeString(java.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        return java;
    }

    private List<String> server(Map<String, String> variables) {
        return launcher.run(variables, "server").succeeded().lines().toList();
    }

    private Path cache() {
        return home.resolve("cache");
    }

    private List<Path> archives() throws IOException {
        try (Stream<Path> files = Files.list(cache())) {
            return files.toList();
        }
    }

    @Test
    void prefersTheJavaThatIsNamedForIt() throws IOException {
        Path first = java("17.0.1");
        Path second = java("17.0.2");
        Path third = java("17.0.3");
        Map<String, String> variables =
                new HashMap<>(Map.of("PATH", third.resolve("bin") + ":" + System.getenv("PATH")));
        assertThat(server(variables)).contains("program " + third.resolve("bin/java"));
        variables.put("JAVA_HOME", second.toString());
        assertThat(server(variables)).contains("program " + second.resolve("bin/java"));
        variables.put("LATCHKEY_JAVA", first.toString());
        assertThat(server(variables)).contains("program " + first.resolve("bin/java"));
        variables.put("LATCHKEY_JAVA", first.resolve("bin/java").toString());
        assertThat(server(variables)).contains("program " + first.resolve("bin/java"));
    }

    @Test
    void saysWhatIsWrongWithTheJavaThatIsNamed() throws IOException {
        Program.Run absent = launcher.run(Map.of("JAVA_HOME", "/nowhere"), "server");
        assertThat(absent.exitCode()).isEqualTo(1);
        assertThat(absent.output())
                .isEqualTo("latchkey: JAVA_HOME is /nowhere, where there is no Java: let it name the folder that has"
                        + " bin/java, or unset it\n");

        for (String version : List.of("1.8.0_402", "11.0.2")) {
            Path java = java(version);
            Program.Run old = launcher.run(Map.of("LATCHKEY_JAVA", java.toString()), "server");
            assertThat(old.exitCode()).isEqualTo(1);
            assertThat(old.output())
                    .isEqualTo("latchkey: LATCHKEY_JAVA is " + java + ", which is Java "
                            + (version.startsWith("11") ? "11" : "8") + ": Latchkey needs 17 or newer\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"17.0.15, SharedArchiveFile, jsa", "21.0.2, SharedArchiveFile, auto.jsa", "25, AOTCache, aot"})
    void hasItsClassesArchivedOnceForEachJarAndJava(String version, String option, String kind) throws IOException {
        Map<String, String> variables = Map.of("LATCHKEY_JAVA", java(version).toString());

        List<String> first = server(variables);
        assertThat(archives()).singleElement().asString().matches(".*/classes-\\d+\\." + kind);
        Path archive = archives().get(0);
        assertThat(first).contains("-XX:" + option + "=" + archive);
        assertThat(first.contains("-XX:+AutoCreateSharedArchive")).isEqualTo(kind.startsWith("auto"));

        Files.writeString(archive, "as it was");
        assertThat(server(variables)).contains("-XX:" + option + "=" + archive);
        assertThat(archive).hasContent("as it was");

        // As long as the other one, and as old.
        Path jar = home.resolve("lib/latchkey.jar");
        var time = Files.getLastModifiedTime(jar);
        Files.setLastModifiedTime(Files.writeString(jar, "b jar"), time);
        assertThat(server(variables)).doesNotContain("-XX:" + option + "=" + archive);
        assertThat(archives()).singleElement().isNotEqualTo(archive);
    }

    @Test
    void startsWithoutAnArchiveAndSaysWhyOnlyIfAsked() throws IOException {
        Path java = java("17.0.15");
        Files.createFile(java.resolve("broken"));
        Map<String, String> variables = new HashMap<>(Map.of("LATCHKEY_JAVA", java.toString()));

        assertThat(server(variables))
                .startsWith(
                        "latchkey: preparing for quicker starts; this takes a moment, once",
                        "program " + java.resolve("bin/java"))
                .noneMatch(line -> line.contains("ArchiveFile"));
        variables.put("LATCHKEY_LAUNCHER_DEBUG", "true");
        assertThat(server(variables))
                .contains("latchkey: DEBUG: it starts without an archive of classes: the start that was to make it"
                        + " ended with 3: It is broken. ");
        Program.Run prepare = launcher.run(variables, "prepare");
        assertThat(prepare.exitCode()).isEqualTo(1);
        assertThat(prepare.output()).contains("latchkey: there is no archive of classes: ");
        assertThat(archives()).isEmpty();

        variables.put("LATCHKEY_CACHE", "off");
        assertThat(server(variables))
                .contains("latchkey: DEBUG: it starts without an archive of classes: LATCHKEY_CACHE is off")
                .noneMatch(line -> line.contains("sqlite"));
    }

    /** As an archive of classes is code, nobody may slip one to another user. */
    @Test
    void usesNoArchiveOfAnotherUser() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "Only root can give a file away: NOT tested");
        Map<String, String> variables = Map.of("LATCHKEY_JAVA", java("17").toString());
        server(variables);
        Path archive = archives().get(0);
        Files.setAttribute(archive, "unix:uid", 65534);
        Files.writeString(archive, "of somebody else");

        assertThat(launcher.run(variables, "check").succeeded()).doesNotContain("ArchiveFile");
        assertThat(server(variables)).contains("-XX:SharedArchiveFile=" + archive);
        assertThat(archive).hasContent("classes");
    }

    @Test
    @Timeout(60)
    void leavesNothingBehindWhenItIsStoppedWhileItMakesTheArchive() throws Exception {
        Path java = java("17");
        Files.createFile(java.resolve("endless"));
        Path pid = java.resolve("pid");
        ProcessBuilder builder = new ProcessBuilder(home.resolve("bin/latchkey").toString(), "server");
        builder.environment().put("LATCHKEY_JAVA", java.toString());
        Process process = builder.start();
        try {
            Await.until(() -> Files.exists(pid) && !Files.readString(pid).isBlank());
            process.toHandle().destroy();

            assertThat(process.waitFor()).isZero();
            assertThat(ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
                            .filter(ProcessHandle::isAlive))
                    .isEmpty();
            assertThat(archives()).isEmpty();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    @Test
    void unpacksTheLibraryOfSqliteWhereItMayWrite() throws IOException {
        assertThat(server(Map.of("LATCHKEY_JAVA", java("17").toString())))
                .contains("-Dorg.sqlite.tmpdir=" + cache().toRealPath());
    }

    @Test
    void takesTheHeapFromOneVariable() throws IOException {
        String java = java("17").toString();

        assertThat(server(Map.of("LATCHKEY_JAVA", java)))
                .filteredOn(line -> line.startsWith("-Xmx"))
                .hasSize(1);
        assertThat(server(Map.of("LATCHKEY_JAVA", java, "LATCHKEY_HEAP", "1g"))).contains("-Xmx1g");
    }

    @ParameterizedTest
    @ValueSource(strings = {"much", "12x", "m", "1 m", "-1m"})
    void refusesAHeapThatIsNoSize(String heap) throws IOException {
        Program.Run run = launcher.run(Map.of("LATCHKEY_JAVA", java("17").toString(), "LATCHKEY_HEAP", heap), "server");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output())
                .isEqualTo("latchkey: LATCHKEY_HEAP is " + heap + ": write a size such as 256m or 1g\n");
    }

    /** Java takes the launcher's place, so that signals reach it, and gets the arguments as they were given. */
    @Test
    void becomesJavaAndPassesOnWhatIsNotItsOwn() throws IOException {
        Map<String, String> variables = new HashMap<>(Map.of(
                "LATCHKEY_JAVA", java("17").toString(),
                "LATCHKEY_JAVA_OPTIONS", "-Done=1 -Dtwo=2",
                "LATCHKEY_PORT", "0"));

        List<String> lines = launcher.run(variables, "user", "show", "a  b*")
                .succeeded()
                .lines()
                .toList();

        String jar = home.resolve("lib/latchkey.jar").toRealPath().toString();
        assertThat(lines)
                .containsSubsequence("-Done=1", "-Dtwo=2", "-jar", jar, "user", "show", "a  b*", "LATCHKEY_PORT=0");
        assertThat(lines.get(lines.size() - 1)).isEqualTo("LATCHKEY_PORT=0");
        // Only a server takes the time to make an archive.
        assertThat(archives()).isEmpty();

        List<String> inPlace = Program.run(
                        home,
                        variables,
                        List.of(
                                "sh",
                                "-c",
                                "echo \"pid $$\"; exec \"$0\" server",
                                home.resolve("bin/latchkey").toString()))
                .succeeded()
                .lines()
                .filter(line -> line.startsWith("pid "))
                .toList();
        assertThat(inPlace).hasSize(2).allMatch(inPlace.get(0)::equals);
    }
}
