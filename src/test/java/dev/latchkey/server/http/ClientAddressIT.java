package dev.latchkey.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.latchkey.server.audit.AuditLog;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.RawConnection;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** Promise 27: where the logs say that a request comes from. */
final class ClientAddressIT {
    private static final Logger AUDIT = (Logger) LoggerFactory.getLogger("audit");
    private static final Logger REQUESTS = (Logger) LoggerFactory.getLogger("requests");

    @RegisterExtension
    static final ServerExtension PROXIED =
            new ServerExtension(Engine.SQLITE, "http.trustedProxies", "127.0.0.1/32, 10.0.0.0/8");

    @RegisterExtension
    static final ServerExtension DIRECT =
            new ServerExtension(Engine.SQLITE, "server.applicationConnectors[0].useForwardedHeaders", "true");

    private static final String CREDENTIALS = "{\"username\":\"nobody\",\"password\":\"a wrong password\"}";

    private final Recorder log = new Recorder();

    /** Keeps the lines of the request log as they are, and for all others the client that they were logged with. */
    private static final class Recorder extends AppenderBase<ILoggingEvent> {
        private final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        protected synchronized void append(ILoggingEvent event) {
            lines.add(
                    event.getLoggerName().equals("requests")
                            ? event.getFormattedMessage()
                            : "client " + event.getMDCPropertyMap().get(AuditLog.CLIENT));
            notifyAll();
        }

        /** The request log is written after the answer. */
        synchronized String await(String id) throws InterruptedException {
            while (lines.stream().noneMatch(line -> line.contains("[" + id + "]"))) {
                wait();
            }
            return lines.stream()
                    .filter(line -> line.contains("[" + id + "]"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @BeforeEach
    void listen() {
        log.start();
        for (Logger logger : List.of(AUDIT, REQUESTS)) {
            logger.setLevel(Level.INFO);
            logger.addAppender(log);
        }
    }

    @AfterEach
    void stopListening() {
        AUDIT.setLevel(Level.WARN);
        REQUESTS.setLevel(Level.WARN);
        AUDIT.detachAppender(log);
        REQUESTS.detachAppender(log);
    }

    /** A log-in that fails, which makes a line in the audit log; the address that both logs name. */
    private String client(ServerExtension server, String id, String headers) throws Exception {
        try (RawConnection connection = RawConnection.to(server)) {
            connection
                    .send("POST /api/token HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nX-Request-Id: " + id
                            + "\r\n" + headers + "Content-Length: " + CREDENTIALS.length() + "\r\n\r\n" + CREDENTIALS)
                    .answer("POST", "/api/token");
        }
        String address = log.await(id).split("\\[" + id + "] ")[1].split(" ")[0];
        assertThat(log.lines).contains("client " + address);
        return address;
    }

    /** Promise 27. */
    @Test
    void withoutAConfiguredProxyTheHeaderIsNothing() throws Exception {
        assertThat(client(DIRECT, "direct", "X-Forwarded-For: 198.51.100.7\r\nForwarded: for=198.51.100.7\r\n"))
                .isEqualTo("127.0.0.1");
    }

    /** Promise 27. */
    @Test
    void behindAConfiguredProxyItIsWhatTheProxySaw() throws Exception {
        assertThat(client(PROXIED, "without", "")).isEqualTo("127.0.0.1");
        assertThat(client(PROXIED, "one", "X-Forwarded-For: 198.51.100.7\r\n")).isEqualTo("198.51.100.7");
        assertThat(client(
                        PROXIED, "spoofed", "X-Forwarded-For: 1.1.1.1\r\nx-forwarded-for: 198.51.100.8, 10.0.0.1\r\n"))
                .isEqualTo("198.51.100.8");
        assertThat(client(PROXIED, "six", "X-Forwarded-For: [2001:DB8:0::5]:4711\r\n"))
                .isEqualTo("2001:db8::5");
        assertThat(client(PROXIED, "other", "Forwarded: for=198.51.100.7\r\nX-Real-IP: 198.51.100.7\r\n"))
                .isEqualTo("127.0.0.1");
    }

    /** Promise 27, and no junk in a log. */
    @Test
    void whatIsNoAddressComesIntoNoLog() throws Exception {
        for (String junk : List.of("${jndi:x}", "a\tb", "\"x\" 200", "1.2.3.4\t200", "x".repeat(4000))) {
            String id = "junk" + log.lines.size();
            assertThat(client(PROXIED, id, "X-Forwarded-For: " + junk + "\r\n")).isEqualTo("127.0.0.1");
        }
        assertThat(log.lines).noneMatch(line -> line.contains("jndi") || line.contains("\t"));
    }

    @Test
    void aRequestThatCannotBeReadHasItsPeers() throws IOException, InterruptedException {
        RawConnection.exchange(PROXIED, "GET", "/%zz", "X-Forwarded-For: 198.51.100.7\r\nX-Request-Id: bad\r\n\r\n");
        synchronized (log) {
            while (log.lines.stream().noneMatch(line -> line.contains("REQ"))) {
                log.wait();
            }
        }
        assertThat(log.lines).anyMatch(line -> line.contains("] 127.0.0.1 "));
    }
}
