package dev.latchkey.pages;

import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Node;
import dev.latchkey.testing.Program;
import dev.latchkey.testing.ServerExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The pages to which the links in mails lead, in a browser; {@code pages.test.mjs} says what is done there. */
final class PagesIT {
    private static final String UNTESTED = "the pages at /verify and /reset were";

    @RegisterExtension
    static final ServerExtension SERVER = new ServerExtension(
            Engine.SQLITE,
            "mail.mode",
            "log",
            "mail.appName",
            "Notes <& Co>",
            "mail.appUrl",
            "https://notes.example.com/?a=1&b=2");

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void workInABrowser() throws Exception {
        Path browser = Program.browser(UNTESTED);
        Node.install(UNTESTED);
        Path pictures = Files.createDirectories(Path.of("target/screenshots").toAbsolutePath());
        Map<String, String> variables = Map.of(
                "LATCHKEY_URL", "http://127.0.0.1:" + SERVER.port(),
                "BROWSER", browser.toString(),
                "SCREENSHOTS", pictures.toString());

        Node.test(variables, UNTESTED, "pages.test.mjs").succeeded();
    }
}
