package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.JarProcess;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Of each file that an operator writes, and of standard input, a byte order mark is no part. */
@Timeout(300)
final class ByteOrderMarkIT {
    private static final String MARK = "\uFEFF";

    @TempDir
    private Path folder;

    @Test
    void isNoPartOfAPassword() throws Exception {
        Path configuration = JarProcess.copyConfiguration(folder);
        Files.writeString(configuration, MARK + Files.readString(configuration));
        try (ServerHere server = ServerHere.start(configuration, variables())) {
            Api api = server.api();
            create("file", MARK + Api.PASSWORD);
            create("windows", MARK + Api.PASSWORD + "\r\n");
            create("twice", MARK + MARK + Api.PASSWORD);
            create("within", Api.PASSWORD + MARK);
            Files.writeString(folder.resolve("password"), MARK + Api.PASSWORD + "\n");
            runJar(List.of(), withFile(creation("line")));
            runJar(List.of("sh", "-c", "exec \"$@\" < password", "sh"), creation("input"));

            for (String name : List.of("file", "line", "windows", "input")) {
                assertThat(api.logIn(name, Api.PASSWORD).outcome()).as(name).isEqualTo("200");
            }
            assertThat(api.logIn("twice", MARK + Api.PASSWORD).outcome()).isEqualTo("200");
            assertThat(api.logIn("within", Api.PASSWORD + MARK).outcome()).isEqualTo("200");

            for (String charset : List.of("UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE")) {
                Files.write(folder.resolve("password"), (MARK + Api.PASSWORD).getBytes(Charset.forName(charset)));
                run(1, "latchkey: the password ", "other");
            }
            Files.writeString(folder.resolve("password"), MARK);
            run(1, "latchkey: password must", "none");
        }
    }

    private void create(String name, String content) throws Exception {
        Files.writeString(folder.resolve("password"), content);
        run(0, "is created", name);
    }

    private void run(int exitCode, String words, String name) {
        CommandRun command = CommandRun.of(
                variables(),
                Stream.concat(
                                Stream.of(withFile(creation(name))),
                                Stream.of(folder.resolve("config.yml").toString()))
                        .toArray(String[]::new));
        assertThat(command.exitCode()).as(command.output()::toString).isEqualTo(exitCode);
        assertThat(command.output()).anyMatch(line -> line.contains(words));
    }

    private void runJar(List<String> wrapper, String... arguments) throws Exception {
        try (JarProcess command = JarProcess.start(folder, Map.of(), wrapper, arguments)) {
            assertThat(command.exitCode()).as(command.output()::toString).isZero();
            assertThat(command.output()).anyMatch(line -> line.contains("is created"));
        }
    }

    /** What a process in the folder has by itself. */
    private Map<String, String> variables() {
        return Map.of("LATCHKEY_DATABASE_URL", "jdbc:sqlite:" + folder.resolve("data/latchkey.db"));
    }

    private static String[] creation(String name) {
        String email = name + "@example.com";
        return new String[] {"user", "create", name, "--email", email, "--full-name", "A Fox", "--gender", "x"};
    }

    private String[] withFile(String[] arguments) {
        return Stream.concat(
                        Stream.of(arguments),
                        Stream.of("--password-file", folder.resolve("password").toString()))
                .toArray(String[]::new);
    }
}
