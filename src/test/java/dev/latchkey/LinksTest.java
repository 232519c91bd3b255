package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Documents;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Links between documents, to headings in them and to files of the repository lead somewhere, and every page is led to. */
final class LinksTest {
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern ADDRESS = Pattern.compile("[a-z]+:.*");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");
    private static final Pattern ITEM = Pattern.compile("<item [^>]*href=\"([^\"]+)\\.html\"");

    private static final Path BUILT = Path.of("target");

    /**
     * A link as it stands in a document.
     *
     * @param path empty for one within the document
     * @param heading the name of a heading, or null
     */
    private record Link(String path, String heading) {
        static Link of(String target) {
            String[] parts = target.split("#", 2);
            return new Link(parts[0], parts.length == 1 ? null : parts[1]);
        }

        Path from(Path document) {
            return path.isEmpty() ? document : document.resolveSibling(path).normalize();
        }
    }

    static List<Path> documents() {
        return Documents.all();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void eachLinkLeadsSomewhere(Path document) {
        for (Link link : links(document)) {
            Path target = link.from(document);
            assertThat(target).as(link.path()).exists();
            assertThat(target.startsWith("..") || target.startsWith(BUILT))
                    .as("%s is not in the repository", link.path())
                    .isFalse();
            if (link.heading() != null) {
                assertThat(headings(target)).as(target.toString()).contains(link.heading());
            }
        }
    }

    private static List<Link> links(Path document) {
        return LINK.matcher(Documents.prose(document).replaceAll("`[^`\n]*`", "`code`"))
                .results()
                .map(link -> link.group(1))
                .filter(target -> !ADDRESS.matcher(target).matches())
                .map(Link::of)
                .toList();
    }

    /** The names of a document's headings, as GitHub and the script of the site make them. */
    private static Set<String> headings(Path document) {
        List<String> names = HEADING.matcher(Documents.prose(document))
                .results()
                .map(heading -> name(heading.group(1)))
                .toList();
        assertThat(names).as(document + " has two headings of one name").doesNotHaveDuplicates();
        return Set.copyOf(names);
    }

    private static String name(String heading) {
        return heading.strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}\\s_-]", "")
                .replaceAll("\\s", "-");
    }

    @Test
    void eachPageIsLedToFromTheReadmeAndFromTheFirstPage() {
        assertThat(reachable(Documents.README)).containsAll(Documents.pages());
        assertThat(reachable(Documents.PAGES.resolve("index.md")))
                .containsAll(Documents.pages().stream()
                        .filter(page -> page.startsWith(Documents.PAGES))
                        .toList());
    }

    private static Set<Path> reachable(Path from) {
        Set<Path> seen = new HashSet<>(Set.of(from));
        Deque<Path> waiting = new ArrayDeque<>(seen);
        while (!waiting.isEmpty()) {
            Path document = waiting.remove();
            for (Link link : links(document)) {
                Path target = link.from(document);
                // A page that leads back to the README leads to every page.
                if (target.toString().endsWith(".md") && !target.equals(Documents.README) && seen.add(target)) {
                    waiting.add(target);
                }
            }
        }
        return seen;
    }

    /** The site's menu has every page, but of the decisions only their first one. */
    @Test
    void theMenuOfTheSiteHasEachPageOnce() {
        List<String> menu = new ArrayList<>();
        ITEM.matcher(Documents.text(Path.of("src/site/site.xml"))).results().forEach(item -> menu.add(item.group(1)));
        Set<String> pages = Documents.pages().stream()
                .filter(page -> page.startsWith(Documents.PAGES))
                .map(page -> Documents.PAGES.relativize(page).toString().replaceAll("\\.md$", ""))
                .filter(page -> !page.startsWith("decisions/") || page.equals("decisions/index"))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(menu).containsExactlyInAnyOrderElementsOf(pages);
    }

    /** Nothing that a page of the site loads is elsewhere, and the names of what ours replaces are those of the skin in use. */
    @Test
    void theSiteBringsItsOwnStyle() {
        String site = Documents.text(Path.of("src/site/site.xml"));
        String version = site.split("<version>", 2)[1].split("</version>", 2)[0];

        assertThat(Stream.of("css/apache-maven-fluido-%s.min.css", "js/apache-maven-fluido-%s.min.js")
                        .map(name -> Path.of("src/site/resources", String.format(Locale.ROOT, name, version))))
                .allMatch(Files::isRegularFile);
    }
}
