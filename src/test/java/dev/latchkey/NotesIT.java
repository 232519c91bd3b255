package dev.latchkey;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.latchkey.sdk.TypeScriptPackage;
import dev.latchkey.testing.JarProcess;
import dev.latchkey.testing.Node;
import dev.latchkey.testing.Program;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The first application, {@code src/site/examples/notes}, set up as its README says and used in a browser. */
final class NotesIT {
    private static final String UNTESTED = "the notes of src/site/examples were";
    /** In bytes; longer than any note of the tests but the one that is too long, and a browser lays it out at once. */
    private static final int LONGEST_NOTE = 128 << 10;

    private static final Path NOTES = Path.of("src/site/examples/notes");
    private static final Pattern INSTALLATION = Pattern.compile("^npm install .*$", Pattern.MULTILINE);
    private static final Map<String, String> TYPES =
            Map.of("html", "text/html", "js", "text/javascript", "css", "text/css", "svg", "image/svg+xml");

    @TempDir
    private Path folder;

    @BeforeAll
    static void install() {
        Node.install(UNTESTED);
        TypeScriptPackage.build(UNTESTED);
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void worksInABrowser() throws Exception {
        Path browser = Program.browser(UNTESTED);
        Path notes = installed(folder);
        Path pictures = Files.createDirectories(Path.of("target/screenshots").toAbsolutePath());
        GreenMail mails = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mails.start();
        HttpServer pages = serve(notes, mails);
        String origin = "http://localhost:" + pages.getAddress().getPort();
        JarProcess.copyConfiguration(folder);
        Map<String, String> variables = Map.of(
                "LATCHKEY_CORS_ORIGINS", origin,
                "LATCHKEY_LIMIT_LOGIN_FAILURES_PER_ACCOUNT", "3/10m",
                "LATCHKEY_MAX_VALUE_SIZE", LONGEST_NOTE + "B",
                "LATCHKEY_MAIL_MODE", "smtp",
                "LATCHKEY_MAIL_HOST", "127.0.0.1",
                "LATCHKEY_MAIL_PORT", String.valueOf(mails.getSmtp().getPort()),
                "LATCHKEY_MAIL_TLS", "none",
                "LATCHKEY_MAIL_FROM", "no-reply@notes.example",
                "LATCHKEY_MAIL_APP_NAME", "Notes",
                "LATCHKEY_MAIL_APP_URL", origin + "/");
        try (JarProcess server = JarProcess.start(folder, variables, "server")) {
            Map<String, String> places = Map.of(
                    "NOTES_FOLDER", notes.toString(),
                    "NOTES_URL", origin,
                    "LATCHKEY_URL", "http://127.0.0.1:" + server.port(),
                    "LONGEST", String.valueOf(LONGEST_NOTE),
                    "BROWSER", browser.toString(),
                    "SCREENSHOTS", pictures.toString());
            Node.test(places, UNTESTED, "notes.test.mjs").succeeded();
        } finally {
            pages.stop(0);
            mails.stop();
        }
    }

    /** In a copy of the project, as far as it is needed. */
    private static Path installed(Path home) throws IOException {
        Path project = Files.createDirectory(home.resolve("project"));
        Files.createSymbolicLink(project.resolve("target"), Path.of("target").toAbsolutePath());
        Path copy = Files.createDirectories(project.resolve(NOTES));
        try (Stream<Path> files = Files.walk(NOTES)) {
            for (Path file : files.filter(one -> !one.startsWith(NOTES.resolve("node_modules")))
                    .filter(Files::isRegularFile)
                    .toList()) {
                Path target = copy.resolve(NOTES.relativize(file));
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
        Matcher installation = INSTALLATION.matcher(Files.readString(copy.resolve("README.md")));
        Program.run(
                        copy,
                        Map.of(),
                        List.of(
                                "sh",
                                "-c",
                                installation.results().findFirst().orElseThrow().group()))
                .succeeded();
        return copy;
    }

    /** The pages, and under {@code /mails/} the texts of the mails to an address, one after the other. */
    private static HttpServer serve(Path root, GreenMail mails) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> answer(exchange, root));
        server.createContext("/mails/", exchange -> answer(exchange, mails));
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange, Path root) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Path file = root.resolve(path.endsWith("/") ? path.substring(1) + "index.html" : path.substring(1));
        try (exchange) {
            if (!Files.isRegularFile(file)) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            String ending = path.substring(path.lastIndexOf('.') + 1);
            exchange.getResponseHeaders().set("Content-Type", TYPES.getOrDefault(ending, "text/html"));
            exchange.sendResponseHeaders(200, Files.size(file));
            Files.copy(file, exchange.getResponseBody());
        }
    }

    private static void answer(HttpExchange exchange, GreenMail mails) throws IOException {
        String address = exchange.getRequestURI().getPath().substring("/mails/".length());
        StringBuilder texts = new StringBuilder();
        try (exchange) {
            for (MimeMessage mail : mails.getReceivedMessagesForDomain(address)) {
                texts.append(((MimeMultipart) mail.getContent()).getBodyPart(0).getContent());
            }
            byte[] body = texts.toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        } catch (MessagingException e) {
            throw new IOException(e);
        }
    }
}
