package dev.latchkey.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.cfg.PackageVersion;
import dev.latchkey.client.Latchkey;
import dev.latchkey.client.model.AccountChanges;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Documents;
import dev.latchkey.testing.Documents.Block;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is published of the Java SDK. */
final class JavaPackageIT {
    private static final Path PROJECT = Path.of("src/sdk/java");
    private static final Path WRITTEN = PROJECT.resolve("src/main/java");
    private static final Path GENERATED = Path.of("target/generated-test-sources/openapi/java");

    @TempDir
    private Path folder;

    @Test
    void itsSourcesPrintNothing() throws IOException {
        for (Path source : sources()) {
            assertThat(source).hasExtension("java");
            assertThat(Files.readString(source)).doesNotContain("System.out", "System.err", "printStackTrace");
        }
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (Path folder : List.of(WRITTEN, GENERATED)) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.filter(Files::isRegularFile).forEach(sources::add);
            }
        }
        return sources;
    }

    @Test
    void itNeedsTheJacksonThatItIsTestedWithAndNothingElse() throws IOException {
        String pom = Files.readString(PROJECT.resolve("pom.xml"));

        assertThat(pom).contains("<jackson.version>" + PackageVersion.VERSION + "</jackson.version>");
        assertThat(Pattern.compile("<artifactId>(.*)</artifactId>\\s*<version>(.*)</version>\\s*</dependency>")
                        .matcher(pom)
                        .results()
                        .map(dependency -> dependency.group(1) + " " + dependency.group(2)))
                .containsExactly("jackson-databind ${jackson.version}", "jackson-datatype-jsr310 ${jackson.version}");
    }

    /** The pom is published as it is, and its parent would not be. */
    @Test
    void itIsPublishedWithItsLicenceAndWithoutAParent() throws IOException {
        String licence = "../../main/resources/META-INF";

        assertThat(Files.readString(PROJECT.resolve("pom.xml")))
                .doesNotContain("<parent>")
                .contains("<directory>" + licence + "</directory>", "<name>Apache-2.0</name>");
        assertThat(PROJECT.resolve(licence).resolve("LICENSE")).exists();
    }

    @Test
    void aClientHasAllOperations() throws IOException {
        List<String> generated = sources().stream()
                .map(source -> source.getFileName().toString().replace(".java", ""))
                .filter(name -> name.endsWith("Api"))
                .toList();

        assertThat(generated).hasSizeGreaterThan(5);
        assertThat(Arrays.stream(Latchkey.class.getMethods())
                        .map(Method::getReturnType)
                        .flatMap(type -> Stream.of(type, type.getSuperclass()).filter(Objects::nonNull))
                        .map(Class::getSimpleName))
                .containsAll(generated);
    }

    @Test
    void secretsStandInNoLog() {
        assertThat(JavaClientTest.newUser("user").toString())
                .contains("username=user")
                .doesNotContain(Api.PASSWORD);
    }

    @Test
    void nullIsSomethingElseThanNothing() {
        assertThat(new AccountChanges()).isNotEqualTo(new AccountChanges().age(null));
    }

    @Test
    void theExampleOfItsReadmeRuns() throws IOException {
        MatchResult example = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(PROJECT.resolve("README.md")))
                .results()
                .findFirst()
                .orElseThrow();
        String program = example.group(1)
                .replace(
                        "localhost:3000",
                        "127.0.0.1:" + ServerExtension.shared(Engine.SQLITE).port());
        Files.writeString(folder.resolve("Example.java"), program);

        for (int run = 0; run < 2; run++) {
            assertThat(JavaSdk.run(folder, List.of(), "Example.java").lines())
                    .containsExactly("Hello, world!", "The provided key does not exist in the database.");
        }
    }

    /** What is shown of values, there and on the page about clients. */
    @Test
    void theSnippetsRun() throws IOException {
        List<Block> own = Documents.blocks(Documents.text(PROJECT.resolve("README.md"))).stream()
                .filter(block -> block.language().equals("java"))
                .toList();
        String page = Documents.blocks(Documents.PAGES.resolve("clients.md"), "Java", "java")
                .get(0)
                .text();
        Files.writeString(folder.resolve("Snippets.java"), """
                import static dev.latchkey.client.BatchOperations.*;
                import dev.latchkey.client.*;
                import dev.latchkey.client.DataApi.ListEntriesOptions;
                import dev.latchkey.client.model.*;
                import java.time.Duration;
                import java.util.*;
                import java.util.concurrent.BlockingQueue;
                import java.util.concurrent.LinkedBlockingQueue;

                public class Snippets {
                    static Latchkey registered(String name) {
                        Latchkey latchkey = new Latchkey("http://127.0.0.1:%d");
                        latchkey.register(new NewUser().username(name).email(name + "@example.com")
                                .password("correct horse battery").fullName("Jane Doe").gender("female"));
                        return latchkey;
                    }

                    static void page(Latchkey latchkey) {
                        %s
                    }

                    static void own(Latchkey latchkey) {
                        latchkey.data().set("notes/1", "Eggs");
                        latchkey.data().set("draft", "");
                        %s
                        data.set("counter", "7");
                        increment(data);
                        System.out.println(data.get("notes/2") + " " + data.get("draft") + " " + data.get("counter"));
                    }

                    %s

                    %s

                    static void copy(Latchkey latchkey) throws Exception {
                        BlockingQueue<String> keys = new LinkedBlockingQueue<>();
                        Map<String, String> copy = new HashMap<>() {
                            @Override
                            public String put(String key, String value) {
                                keys.add(key);
                                return super.put(key, value);
                            }
                        };
                        Thread follower = new Thread(() -> follow(latchkey.data(), copy));
                        follower.setDaemon(true);
                        follower.start();
                        // It has made the copy: the rest comes as changes.
                        while (!keys.take().equals("counter")) {}
                        latchkey.data().set("new", "1");
                        while (!keys.take().equals("new")) {}
                        System.out.println("new");
                    }

                    public static void main(String[] names) throws Exception {
                        page(registered(names[0]));
                        Latchkey latchkey = registered(names[1]);
                        own(latchkey);
                        copy(latchkey);
                    }
                }
                """.formatted(
                        ServerExtension.shared(Engine.SQLITE).port(),
                        page,
                        own.get(1).text(),
                        own.get(2).text(),
                        own.get(3).text()));

        assertThat(JavaSdk.run(folder, List.of(), "Snippets.java", Api.newName(), Api.newName())
                        .lines())
                .containsExactly("250", "Milk", "notes/1: Eggs", "Optional[Milk] Optional.empty Optional[8]", "new");
    }
}
