package dev.latchkey.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What Latchkey's documents say: the README, the pages in {@code src/site/markdown}, and what else is written for people. */
public final class Documents {
    public static final Path README = Path.of("README.md");
    public static final Path PAGES = Path.of("src/site/markdown");

    private static final Pattern BLOCK = Pattern.compile(
            "(?:^ *<!-- ([^\n]*) -->\n)?^( *)```(\\w*)\n(.*?)^ *```$", Pattern.DOTALL | Pattern.MULTILINE);

    private Documents() {}

    /**
     * Something between fences.
     *
     * @param note the comment on the line before, or null
     * @param isNextTo whether nothing but empty lines is between it and the block before
     */
    public record Block(String note, String language, String text, boolean isNextTo) {}

    /** The README and the pages. */
    public static List<Path> pages() {
        return Stream.concat(Stream.of(README), markdown(PAGES)).toList();
    }

    /** These, and all others that somebody reads in the repository. */
    public static List<Path> all() {
        return Stream.of(
                        pages().stream(),
                        markdown(Path.of(".github")),
                        markdown(Path.of("src/sdk")),
                        markdown(Path.of("src/site/examples")),
                        Stream.of(Path.of("CHANGELOG.md")))
                .flatMap(documents -> documents)
                .toList();
    }

    private static Stream<Path> markdown(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files
                    .filter(file ->
                            file.toString().endsWith(".md") && !file.toString().contains("node_modules"))
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String text(Path document) {
        try {
            return Files.readString(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is under a heading, up to the next one of its level or of one above. */
    public static String section(Path document, String title) {
        String[] parts = text(document).split("(?m)^##+ " + Pattern.quote(title) + "$", 2);
        assertThat(parts).as(document + ", " + title).hasSize(2);
        return parts[1].split("\n###? ", 2)[0];
    }

    public static List<Block> blocks(String text) {
        List<Block> blocks = new ArrayList<>();
        int end = -1;
        for (MatchResult found : BLOCK.matcher(text).results().toList()) {
            String body =
                    found.group(4).replaceAll("(?m)^" + found.group(2), "").strip();
            boolean isNextTo = end >= 0 && text.substring(end, found.start()).isBlank();
            blocks.add(new Block(found.group(1), found.group(3), body, isNextTo));
            end = found.end();
        }
        return blocks;
    }

    public static List<Block> blocks(Path document, String title, String language) {
        return blocks(section(document, title)).stream()
                .filter(block -> block.language().equals(language))
                .toList();
    }

    /** The text without what is between fences. */
    public static String prose(Path document) {
        return BLOCK.matcher(text(document)).replaceAll("");
    }
}
