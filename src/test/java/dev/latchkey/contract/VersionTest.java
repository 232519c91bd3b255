package dev.latchkey.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Documents;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

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

    private static final String IN_XML = "</artifactId>\\s*<version>";
    private static final String IN_JSON = "\",\\s*\"version\": \"";
    private static final String IN_TOML = "\"\nversion = \"";
    private static final String IN_TEXT = "[-/](?=\\d+[.])";

    private static final Pattern OWN = Pattern.compile(
            "latchkey(?:-\\w+)*(?:%s|%s|%s|%s)([\\d.]*\\d[-\\w]*)".formatted(IN_XML, IN_JSON, IN_TOML, IN_TEXT));
    private static final Pattern GENERATOR = Pattern.compile("openapi-generator-maven-plugin" + IN_XML + "([^<]*)<");

    @Test
    void everythingHasThatOfTheContract() {
        assertThat(Stream.of(
                                POMS.stream(),
                                PACKAGES.stream(),
                                Documents.all().stream().filter(document -> !document.endsWith("CHANGELOG.md")))
                        .flatMap(files -> files)
                        .flatMap(file -> versions(OWN, file).map(version -> file + ": " + version))
                        .filter(version -> !version.endsWith(": " + CURRENT)))
                .as("versions that are not `info.version` in api/openapi.yaml, " + CURRENT)
                .isEmpty();
    }

    @Test
    void eachPomAndEachPackageHasOne() {
        assertThat(Stream.concat(POMS.stream(), PACKAGES.stream()))
                .allSatisfy(file -> assertThat(versions(OWN, file)).isNotEmpty());
    }

    /** The code of the SDK that is tested is the one that is published. */
    @Test
    void theSdksAreMadeByTheGeneratorThatTheTestsUse() {
        List<String> generators =
                POMS.stream().flatMap(pom -> versions(GENERATOR, pom)).toList();

        assertThat(generators).hasSize(3).allMatch(generators.get(0)::equals);
    }

    private static Stream<String> versions(Pattern pattern, Path file) {
        return pattern.matcher(Documents.text(file)).results().map(version -> version.group(1));
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
