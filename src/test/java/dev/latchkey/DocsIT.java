package dev.latchkey;

import dev.latchkey.testing.JarProcess;
import dev.latchkey.testing.Node;
import dev.latchkey.testing.Program;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The reference page in a browser, as somebody gets it who has nothing but the jar; {@code docs.test.mjs} says what is done there. */
final class DocsIT {
    private static final String UNTESTED = "the page at /docs was";

    /** A browser and its many pages; on a machine that is busy with others it takes its time. */
    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void canBeReadAndTriedInABrowser(@TempDir Path folder) throws Exception {
        Path browser = Program.browser(UNTESTED);
        Node.install(UNTESTED);
        JarProcess.copyConfiguration(folder);
        try (JarProcess server = JarProcess.start(folder, Map.of(), "server", "config.yml")) {
            Map<String, String> variables = Map.of(
                    "LATCHKEY_URL", "http://127.0.0.1:" + server.port(),
                    "BROWSER", browser.toString(),
                    "BROWSER_FOLDER", folder.resolve("browser").toString());
            System.out.println(Node.test(variables, UNTESTED, "docs.test.mjs").succeeded());
        }
    }
}
