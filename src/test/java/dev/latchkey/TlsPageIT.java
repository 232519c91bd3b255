package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Documents;
import dev.latchkey.testing.Documents.Block;
import dev.latchkey.testing.JarProcess;
import dev.latchkey.testing.Program;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody turns TLS on as the page says, with the jar, and the server ends in order. */
final class TlsPageIT {
    private static final Path PAGE = Documents.PAGES.resolve("tls.md");

    @TempDir
    private Path folder;

    @Test
    void turnsTlsOnAsThePageSays() throws Exception {
        Path shell = Program.find("the page about TLS was", "sh");
        Program.find("the page about TLS was", "openssl");
        Program.find("the page about TLS was", "curl");
        assertThat(PAGE).hasFileName("tls.md");
        List<String> blocks = Documents.blocks(PAGE, "Turn it on", "sh").stream()
                .map(Block::text)
                .toList();
        assertThat(blocks).hasSize(4);
        JarProcess.copyConfiguration(folder);
        run(shell, blocks.get(0));

        assertThat(run(shell, blocks.get(1).replace("java -jar target/latchkey.jar", JarProcess.inShell())))
                .contains("is for localhost, 127.0.0.1, until ", "config.yml is good");
        assertThat(blocks.get(2)).isEqualTo("java -jar target/latchkey.jar server config.yml");
        try (JarProcess server = JarProcess.start(folder, variables(blocks.get(1)), "server", "config.yml")) {
            String ready = run(shell, blocks.get(3).replace("3000", String.valueOf(server.port())));

            assertThat(ready).contains("\"certificate\"");
            server.terminate();
            assertThat(server.exitCode()).isZero();
        }
    }

    /** What is exported. */
    private static Map<String, String> variables(String block) {
        return Pattern.compile("(LATCHKEY_\\w+)=(\\S+)")
                .matcher(block)
                .results()
                .collect(Collectors.toMap(found -> found.group(1), found -> found.group(2)));
    }

    private String run(Path shell, String block) {
        return Program.run(folder, JarProcess.environment(Map.of()), List.of(shell.toString(), "-ec", block))
                .succeeded();
    }
}
