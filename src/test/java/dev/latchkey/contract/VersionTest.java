package dev.latchkey.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Documents;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract, the server and the SDKs have one version, which only grows. */
final class VersionTest {
    private static final String CURRENT =
            Document.read(Path.of("api/openapi.yaml")).version();

    private static final List<Path> POMS = Stream.of(
                    "pom.xml",
                    "src/build/pom.xml",
                    "src/sdk/pom.xml",
                    "src/sdk/java/pom.xml",
                    "src/sdk/python/pom.xml",
                    "src/sdk/typescript/pom.xml")
            .map(Path::of)
            .toList();
    private static final List<Path> PACKAGES =
            List.of(Path.of("src/sdk/python/pyproject.toml"), Path.of("src/sdk/typescript/package.json"));

    private static final String XML = "</artifactId>\\s*<version>";
    private static final Pattern GENERATOR = Pattern.compile("openapi-generator-maven-plugin" + XML + "([^<]*)<");
    private static final Pattern OWN = Pattern.compile("latchkey(?:-\\w+)*(?:" + XML
            + "|\",\\s*\"version\": \"|\"\nversion = \"|[-/](?=\\d+\\.))([\\d.]*\\d[-\\w]*)");

    /** Every version of something of Latchkey's in the poms, in what describes a package, and in the documents. */
    @ParameterizedTest
    @MethodSource("files")
    void everythingHasThatOfTheContract(Path file) {
        assertThat(versions(OWN, file))
                .as("the versions in %s, and `info.version` in api/openapi.yaml", file)
                .allMatch(CURRENT::equals);
    }

    static List<Path> files() {
        return Stream.concat(
                        Stream.concat(POMS.stream(), PACKAGES.stream()),
                        Documents.all().stream().filter(document -> !document.endsWith("CHANGELOG.md")))
                .toList();
    }

    @Test
    void thePomsAndThePackagesHaveOne() {
        assertThat(Stream.concat(POMS.stream(), PACKAGES.stream()))
                .allSatisfy(file -> assertThat(versions(OWN, file)).isNotEmpty());
    }

    /** The code of the SDK that is tested is the one that is published. */
    @Test
    void theSdksAreMadeByTheGeneratorThatTheTestsUse() {
        List<String> generators =
                POMS.stream().flatMap(pom -> versions(GENERATOR, pom).stream()).toList();

        assertThat(generators).hasSize(3);
        assertThat(generators.stream().distinct()).hasSize(1);
    }

    private static List<String> versions(Pattern pattern, Path file) {
        return pattern.matcher(Documents.text(file))
                .results()
                .map(version -> version.group(1))
                .toList();
    }

    @Test
    void itHasThreeNumbers() {
        assertThat(CURRENT).matches("\\d+\\.\\d+\\.\\d+");
    }

    @Test
    void itIsNotBeforeTheLastRelease() {
        String released = Document.read(Path.of("api/released/openapi.yaml")).version();
        assertThat(ModuleDescriptor.Version.parse(CURRENT))
                .isGreaterThanOrEqualTo(ModuleDescriptor.Version.parse(released));
    }
}
