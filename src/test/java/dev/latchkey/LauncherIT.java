package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.JarProcess;
import dev.latchkey.testing.Launcher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher with the jar and a real Java. */
@Timeout(300)
final class LauncherIT {
    @TempDir
    private Path folder;

    @Test
    void hasJavaLoadClassesFromTheArchive() throws Exception {
        Path home = folder.resolve("latchkey");
        Launcher launcher = new Launcher(home, JarProcess.JAR);
        JarProcess.copyConfiguration(home);
        Map<String, String> variables = new HashMap<>(Map.of("LATCHKEY_JAVA", System.getProperty("java.home")));

        assertThat(launcher.run(variables, "prepare").succeeded()).isEmpty();

        Path loaded = folder.resolve("loaded.txt");
        variables.put("LATCHKEY_JAVA_OPTIONS", "-Xlog:class+load:file=" + loaded);
        assertThat(launcher.run(variables, "check").succeeded()).isEqualTo("config.yml is good\n");
        List<String> classes = Files.readAllLines(loaded);
        assertThat(classes)
                .anyMatch(line -> line.matches(".*dev\\.latchkey\\.LatchkeyApplication source: shared objects file.*"));
        assertThat(classes.stream()
                        .filter(line -> line.contains(" source: shared objects file"))
                        .count())
                .as("of " + classes.size() + " classes, those from the archive")
                .isGreaterThan(classes.size() * 3L / 4);
        assertThat(home.resolve("data")).doesNotExist();
    }
}
