package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.JarProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a start loads, which is most of what it takes. If the list is too old: {@code -Dlatchkey.start-classes=write} makes it again, of
 * the jar as it is.
 */
final class StartClassesIT {
    /** With a few percent to spare. Ask whether the start needs what is new, before you raise this. */
    private static final int MAX_CLASSES = 10_200;

    private static final Pattern LOADED = Pattern.compile("(?m)^(?:\\[[^]]*])+ (\\S+) source: (.*)$");

    @TempDir
    private static Path folder;

    private static String log;

    /** The second start on a store, since the first also makes it. */
    @BeforeAll
    static void startTwice() throws Exception {
        JarProcess.copyConfiguration(folder);
        for (int start = 1; start <= 2; start++) {
            try (JarProcess server = JarProcess.start(
                    folder,
                    Map.of(),
                    List.of(),
                    List.of("-Xlog:class+load:file=" + folder.resolve("loaded"), "-Xshare:off"),
                    "server",
                    "config.yml")) {
                server.port();
                log = Files.readString(folder.resolve("loaded"));
                server.terminate();
                server.exitCode();
            }
        }
        if ("write".equals(System.getProperty("latchkey.start-classes"))) {
            Files.writeString(Path.of("src/main/resources" + StartClasses.LIST), list());
        }
    }

    private static Stream<String> fromJar() {
        return LOADED.matcher(log)
                .results()
                .filter(loaded -> loaded.group(2).endsWith("latchkey.jar"))
                .map(loaded -> loaded.group(1));
    }

    private static String list() {
        StringBuilder list = new StringBuilder();
        String before = "";
        for (String name : fromJar().toList()) {
            int end = name.lastIndexOf('.');
            String inPackage = name.substring(0, end);
            list.append(inPackage.equals(before) ? "" : (before.isEmpty() ? "" : "\n") + inPackage)
                    .append(' ')
                    .append(name.substring(end + 1));
            before = inPackage;
        }
        return list.append('\n').toString();
    }

    @Test
    void aStartLoadsNoMoreClassesThanItNeeds() {
        assertThat(LOADED.matcher(log).results().map(MatchResult::group))
                .hasSizeBetween(MAX_CLASSES / 2, MAX_CLASSES)
                .noneMatch(loaded -> loaded.contains(" org.flywaydb.core.Flyway "));
    }

    @Test
    void mostOfThemAreInTheListThatIsLoadedAhead() {
        Set<String> listed = new HashSet<>(StartClasses.names());
        List<String> missing = fromJar().filter(name -> !listed.contains(name)).toList();

        assertThat(missing).hasSizeLessThan(listed.size() / 20);
    }

    @Test
    void allOfTheListExist() {
        assertThat(StartClasses.names())
                .isNotEmpty()
                .allSatisfy(name -> Class.forName(name, false, StartClassesIT.class.getClassLoader()));
    }
}
