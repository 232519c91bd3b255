package dev.latchkey.testing;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A proxy that operators put before Latchkey, with the configuration that its page gives them. */
public final class Proxy implements AutoCloseable {
    private static final Path PAGE = Documents.PAGES.resolve("proxies.md");

    private final Process process;
    private final Path log;
    private final KeptPort port;

    /** Which proxy it is. */
    public enum Kind {
        NGINX("nginx", "nginx", "%s", ImmutableList.of("-e", "stderr", "-p", "FOLDER", "-c", "FILE")) {
            @Override
            String around(Path folder, String block) {
                return "daemon off; worker_processes 1; pid " + folder + "/pid;\nevents {}\nhttp {\naccess_log off;\n"
                        + "client_body_temp_path " + folder + "/1; proxy_temp_path " + folder + "/2;"
                        + " fastcgi_temp_path " + folder + "/3; uwsgi_temp_path " + folder + "/4;"
                        + " scgi_temp_path " + folder + "/5;\n" + block + "\n}\n";
            }
        },
        HAPROXY("HAProxy", "haproxy", "%s", ImmutableList.of("-db", "-f", "FILE")),
        CADDY(
                "Caddy",
                "caddy",
                "{\nadmin off\nauto_https off\n}\n%s",
                ImmutableList.of("run", "--adapter", "caddyfile", "--config", "FILE"));

        private final String title;
        private final String program;
        private final String around;
        private final ImmutableList<String> arguments;

        Kind(String title, String program, String around, ImmutableList<String> arguments) {
            this.title = title;
            this.program = program;
            this.around = around;
            this.arguments = arguments;
        }

        String around(Path folder, String block) {
            return around.replace("%s", block);
        }
    }

    /** Starts it, and waits until it listens. {@code folder} is empty and for it alone; {@code server} is the port behind it. */
    public static Proxy start(Kind kind, Path folder, TestAuthority.Issued certificate, int server) throws IOException {
        return start(kind, folder, certificate, server, block -> block);
    }

    /** The configuration that the page gives. */
    public static String configuration(Kind kind) {
        return Documents.blocks(PAGE, kind.title, kind.program).get(0).text();
    }

    /** The same with another configuration than the page gives. */
    public static Proxy start(
            Kind kind, Path folder, TestAuthority.Issued certificate, int server, UnaryOperator<String> change)
            throws IOException {
        Path program = Program.find("the configuration of " + kind.title + " was", kind.program);
        Path home = folder.toAbsolutePath();
        KeptPort port = new KeptPort();
        Files.writeString(home.resolve("fullchain.pem"), certificate.chain());
        Files.writeString(home.resolve("privkey.pem"), certificate.pkcs8());
        Files.writeString(home.resolve("both.pem"), certificate.chain() + certificate.pkcs8());
        String block = change.apply(configuration(kind));
        String here = block.replace("127.0.0.1:3000", "127.0.0.1:" + server)
                .replace("accounts.example.com", "localhost")
                .replaceAll("\\b443\\b", String.valueOf(port.number()))
                .replace("/etc/latchkey/tls", home.toString());
        Path file = Files.writeString(home.resolve("configuration"), kind.around(home, here + "\n"));
        List<String> command = new ArrayList<>(List.of(program.toString()));
        kind.arguments.forEach(
                word -> command.add(word.replace("FILE", file.toString()).replace("FOLDER", home + "/")));
        Path log = home.resolve("log.txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        // Caddy keeps what it saves there.
        builder.environment().put("HOME", home.toString());
        builder.environment().keySet().removeIf(name -> name.startsWith("XDG_"));
        Proxy proxy = new Proxy(builder.start(), log, port);
        try {
            Await.until(proxy::isListening);
            return proxy;
        } catch (IOException | RuntimeException | Error e) {
            proxy.close();
            throw e;
        }
    }

    private Proxy(Process process, Path log, KeptPort port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    private boolean isListening() throws IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException("It ended with " + process.exitValue() + ":\n" + Files.readString(log));
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.number())) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Where it listens, with TLS, as {@code localhost}. */
    public int port() {
        return port.number();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
        port.close();
    }
}
