package dev.latchkey.mail;

import dev.latchkey.testing.TestAuthority;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A mail server on 127.0.0.1 that can misbehave at each step. */
final class ScriptedMailServer implements AutoCloseable {

    /** What the server is asked for; END is the dot behind the mail. */
    enum Step {
        GREETING,
        EHLO,
        STARTTLS,
        AUTH,
        MAIL,
        RCPT,
        DATA,
        BODY,
        END,
        RSET
    }

    /** The server ends the connection without an answer. */
    static final String DROP = "DROP";
    /** The same, at once and without the end of TLS or TCP, as after a crash or by a firewall. */
    static final String RESET = "RESET";
    /** It says nothing, and keeps the connection. */
    static final String SILENCE = "SILENCE";
    /** It says a character now and then, and never ends the line. */
    static final String DRIP = "DRIP";
    /** Behind an answer: the server ends the connection after it. */
    static final String THEN_DROP = " THEN DROP";

    private static final Map<Step, String> GOOD = Map.of(
            Step.GREETING, "220 here",
            Step.STARTTLS, "220 go on",
            Step.AUTH, "235 welcome",
            Step.MAIL, "250 ok",
            Step.RCPT, "250 ok",
            Step.DATA, "354 go on",
            Step.BODY, "",
            Step.END, "250 taken",
            Step.RSET, "250 ok");

    /** A mail that was taken, with its envelope. */
    record Received(String from, String to, String content) {}

    private final ServerSocket listener;
    private final SSLContext tls;
    private final boolean implicitTls;
    private final Map<Step, String> script = new ConcurrentHashMap<>();
    private final Map<String, String> recipients = new ConcurrentHashMap<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final List<String> commands = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile List<String> extensions;
    private volatile Runnable beforeEnd = () -> {};

    /** One that speaks plain text. */
    ScriptedMailServer() {
        this(0, null, false);
    }

    /** {@code port} 0 for any; with {@code certificate} it speaks TLS, from the beginning or after STARTTLS. */
    ScriptedMailServer(int port, TestAuthority.Issued certificate, boolean implicitTls) {
        try {
            this.tls = certificate == null ? null : context(certificate);
            this.implicitTls = implicitTls;
            this.extensions = tls == null || implicitTls ? List.of("8BITMIME") : List.of("8BITMIME", "STARTTLS");
            this.listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    ScriptedMailServer extensions(String... offered) {
        extensions = List.of(offered);
        return this;
    }

    /** From now on. */
    ScriptedMailServer at(Step step, String answer) {
        script.put(step, answer);
        return this;
    }

    /** Behaves well from now on. */
    void mend() {
        script.clear();
        recipients.clear();
    }

    /** The answer to RCPT for this address alone. */
    void recipient(String address, String answer) {
        recipients.put(address, answer);
    }

    /** Done when a mail is complete, before the answer. */
    void beforeEnd(Runnable work) {
        beforeEnd = work;
    }

    List<Received> received() {
        return received;
    }

    /** Every line but those of mails. */
    List<String> commands() {
        return commands;
    }

    int connections() {
        return connections.get();
    }

    boolean hasSeen(Predicate<String> command) {
        return commands.stream().anyMatch(command);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                connections.incrementAndGet();
                open.add(socket);
                thread(() -> serve(socket));
            }
        } catch (IOException e) {
            // It was closed.
        }
    }

    private static void thread(Runnable work) {
        Thread thread = new Thread(work, "mail server of a test");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Socket accepted) {
        Socket socket = accepted;
        try {
            if (implicitTls) {
                socket = secured(socket);
            }
            new Dialogue(accepted, socket).hold();
        } catch (IOException e) {
            // The client has gone, or was to go.
        } finally {
            close(accepted);
            open.remove(accepted);
        }
    }

    private Socket secured(Socket socket) throws IOException {
        SSLSocket secured = (SSLSocket) tls.getSocketFactory()
                .createSocket(socket, socket.getInetAddress().getHostAddress(), socket.getPort(), true);
        secured.setUseClientMode(false);
        secured.startHandshake();
        return secured;
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed all the same.
        }
    }

    private final class Dialogue {
        private final Socket accepted;
        private Socket socket;
        private BufferedReader in;
        private OutputStream out;
        private String from = "";
        private String to = "";

        /** {@code accepted} is what {@code socket} is made of, or itself. */
        Dialogue(Socket accepted, Socket socket) throws IOException {
            this.accepted = accepted;
            use(socket);
        }

        private void use(Socket newSocket) throws IOException {
            socket = newSocket;
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            out = socket.getOutputStream();
        }

        void hold() throws IOException {
            answer(Step.GREETING);
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                commands.add(line);
                obey(line);
            }
        }

        private void obey(String line) throws IOException {
            String command = line.split("[ :]", 2)[0];
            switch (command) {
                case "EHLO" -> ehlo();
                case "STARTTLS" -> {
                    answer(Step.STARTTLS);
                    use(secured(socket));
                }
                case "AUTH" -> answer(Step.AUTH);
                case "MAIL" -> {
                    from = line;
                    answer(Step.MAIL);
                }
                case "RCPT" -> {
                    to = line.substring(line.indexOf('<') + 1, line.lastIndexOf('>'));
                    answer(Step.RCPT, recipients.getOrDefault(to, said(Step.RCPT)));
                }
                case "DATA" -> data();
                case "RSET" -> answer(Step.RSET);
                case "QUIT" -> {
                    say("221 bye");
                    throw new IOException("quit");
                }
                default -> say("250 ok");
            }
        }

        private void ehlo() throws IOException {
            if (script.containsKey(Step.EHLO)) {
                answer(Step.EHLO, script.get(Step.EHLO));
                return;
            }
            boolean isSecured = socket instanceof SSLSocket;
            StringBuilder answer = new StringBuilder("250-here\r\n");
            extensions.stream()
                    .filter(extension -> !(isSecured && extension.equals("STARTTLS")))
                    .forEach(
                            extension -> answer.append("250-").append(extension).append("\r\n"));
            say(answer + "250 HELP");
        }

        private void data() throws IOException {
            String said = said(Step.DATA);
            answer(Step.DATA, said);
            if (!said.startsWith("354")) {
                return;
            }
            answer(Step.BODY);
            StringBuilder content = new StringBuilder();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.equals(".")) {
                    beforeEnd.run();
                    if (said(Step.END).startsWith("250") || said(Step.END).equals(DROP)) {
                        received.add(new Received(from, to, content.toString()));
                    }
                    answer(Step.END);
                    return;
                }
                content.append(line.startsWith(".") ? line.substring(1) : line).append("\r\n");
            }
        }

        private String said(Step step) {
            return script.getOrDefault(step, GOOD.get(step));
        }

        private void answer(Step step) throws IOException {
            answer(step, said(step));
        }

        private void answer(Step step, String answer) throws IOException {
            switch (answer) {
                case "" -> {}
                case DROP -> throw new IOException("dropped at " + step);
                case RESET -> {
                    accepted.setSoLinger(true, 0);
                    throw new IOException("reset at " + step);
                }
                case SILENCE -> {
                    await(Long.MAX_VALUE);
                    throw new IOException("silent");
                }
                case DRIP -> {
                    while (await(20)) {
                        out.write('2');
                        out.flush();
                    }
                    throw new IOException("dripped");
                }
                default -> {
                    say(answer.replace(THEN_DROP, ""));
                    if (answer.endsWith(THEN_DROP)) {
                        throw new IOException("dropped after " + step);
                    }
                }
            }
        }

        /** Returns false once the server is closed. */
        private boolean await(long millis) throws IOException {
            try {
                return !closed.await(millis, java.util.concurrent.TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        private void say(String line) throws IOException {
            out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        }
    }

    /** Ends all connections, as a server that is killed. */
    @Override
    public void close() {
        closed.countDown();
        try {
            listener.close();
        } catch (IOException e) {
            // It is closed all the same.
        }
        open.forEach(ScriptedMailServer::close);
    }

    private static SSLContext context(TestAuthority.Issued issued) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            Certificate[] chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(
                            new ByteArrayInputStream(issued.chain().getBytes(StandardCharsets.US_ASCII)))
                    .toArray(Certificate[]::new);
            store.setKeyEntry("server", issued.key(), new char[0], chain);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
