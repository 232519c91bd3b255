package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of what is promised about security, and the tests that name its lines, say the same. */
final class PromisesTest {
    private static final Pattern LINE = Pattern.compile("(?m)^\\| (\\d+) \\| .* \\| (.*) \\|$");
    private static final Pattern TEST = Pattern.compile("`(\\w+)`");
    private static final Pattern MENTION = Pattern.compile("Promises? (\\d+)(?:, (\\d+))?(?: and (\\d+))?");

    @Test
    void eachPromiseHasTheTestsThatNameItAndNoOthers() throws IOException {
        Map<Integer, Set<String>> promised = new TreeMap<>();
        Matcher lines = LINE.matcher(Files.readString(Path.of("src/site/markdown/security.md")));
        while (lines.find()) {
            promised.put(
                    Integer.valueOf(lines.group(1)),
                    TEST.matcher(lines.group(2))
                            .results()
                            .map(test -> test.group(1))
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
        assertThat(promised.keySet())
                .containsExactlyElementsOf(IntStream.rangeClosed(9, 29).boxed().toList());
        assertThat(named()).isEqualTo(promised);
    }

    private static Map<Integer, Set<String>> named() throws IOException {
        Map<Integer, Set<String>> named = new TreeMap<>();
        try (Stream<Path> sources = Files.walk(Path.of("src/test/java"))) {
            sources.filter(source -> source.toString().endsWith(".java"))
                    .filter(source -> !source.endsWith("PromisesTest.java"))
                    .forEach(source -> {
                        String test = source.getFileName().toString().replace(".java", "");
                        mentions(source).forEach(promise -> named.computeIfAbsent(promise, first -> new TreeSet<>())
                                .add(test));
                    });
        }
        return named;
    }

    private static Stream<Integer> mentions(Path source) {
        try {
            return MENTION.matcher(Files.readString(source))
                    .results()
                    .flatMap(mention -> Arrays.asList(mention.group(1), mention.group(2), mention.group(3)).stream())
                    .filter(number -> number != null)
                    .map(Integer::valueOf);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
