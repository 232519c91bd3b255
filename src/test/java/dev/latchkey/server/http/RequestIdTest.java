package dev.latchkey.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Exchange;
import dev.latchkey.testing.RawConnection;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Promise 28: every answer has an id by which its request is found in the log, and the log has nothing that it should not. */
final class RequestIdTest {
    private static final ServerExtension SERVER = ServerExtension.shared(Engine.SQLITE);
    private static final Logger OURS = (Logger) LoggerFactory.getLogger("dev.latchkey");
    private static final Logger AUDIT = (Logger) LoggerFactory.getLogger("audit");
    private static final Logger REQUESTS = (Logger) LoggerFactory.getLogger("requests");

    private final Api api = SERVER.api();
    private final Recorder log = new Recorder();

    /** Keeps what is logged, with the request id that it was logged under. */
    private static final class Recorder extends AppenderBase<ILoggingEvent> {
        private final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        protected synchronized void append(ILoggingEvent event) {
            lines.add(event.getMDCPropertyMap().get("requestId") + " " + event.getFormattedMessage() + " "
                    + (event.getThrowableProxy() == null
                            ? ""
                            : event.getThrowableProxy().getMessage()));
            notifyAll();
        }

        /** The request log is written after the answer. */
        synchronized void await(String part) throws InterruptedException {
            while (lines.stream().noneMatch(line -> line.contains(part))) {
                wait();
            }
        }
    }

    @BeforeEach
    void listen() {
        log.start();
        for (Logger logger : List.of(OURS, AUDIT, REQUESTS)) {
            logger.setLevel(Level.DEBUG);
            logger.addAppender(log);
        }
    }

    @AfterEach
    void stopListening() {
        OURS.setLevel(null);
        REQUESTS.setLevel(Level.WARN);
        AUDIT.setLevel(Level.WARN);
        AUDIT.detachAppender(log);
        OURS.detachAppender(log);
        REQUESTS.detachAppender(log);
    }

    private static Exchange get(String path, String header) throws IOException {
        return RawConnection.exchange(SERVER, "GET", path, header + "\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "0af7651916cd43dd8448eb211c80319c", "6b1f3a52-0c0e-4f3b-9d0a", "A.b_c-1"})
    void keepsASaneOne(String id) throws IOException {
        assertThat(get("/nothing", "X-Request-Id: " + id).header("X-Request-Id"))
                .contains(id);
    }

    @Test
    void keepsTheLongestSaneOne() throws IOException {
        assertThat(get("/nothing", "X-Request-Id: " + "a".repeat(64)).header("X-Request-Id"))
                .contains("a".repeat(64));
        assertThat(get("/nothing", "X-Request-Id: " + "a".repeat(65))
                        .header("X-Request-Id")
                        .orElseThrow())
                .doesNotContain("a".repeat(64));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a b", "a\"b", "a'b", "<a>", "a%0d%0ab", "${jndi:x}", "\u00e9", "a,b", "a;b", "a/b", "{}"})
    void replacesAnyOther(String id) throws IOException {
        String given =
                get("/nothing", "X-Request-Id: " + id).header("X-Request-Id").orElseThrow();
        assertThat(given).matches("[0-9a-f]{16}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%zz", "//", "/a b"})
    void isMadeWhereTheRequestCouldNotBeRead(String path) throws IOException {
        assertThat(get(path, "X-Request-Id: mine").header("X-Request-Id").orElseThrow())
                .matches("[0-9a-f]{16}");
    }

    @Test
    void isAnotherForEachRequest() {
        Set<String> ids = ConcurrentHashMap.newKeySet();
        IntStream.range(0, 200)
                .parallel()
                .forEach(i -> ids.add(api.send("GET", "/nothing", null).header("X-Request-Id")));
        assertThat(ids).hasSize(200);
    }

    @Test
    void isInTheRequestLogAndNothingElseIs() throws Exception {
        get("/nothing?token=secret-in-url", "X-Request-Id: logged-one\r\nAuthorization: Bearer secret-token");
        log.await("logged-one");
        assertThat(log.lines).anyMatch(line -> line.contains("/nothing") && line.contains("404"));
        assertThat(log.lines).noneMatch(line -> line.contains("secret-token"));
    }

    @Test
    void isInEveryLineThatTheRequestCauses() {
        String credentials = "{\"username\":\"nobody\",\"password\":\"a wrong password\"}";
        api.send("POST", "/api/token", credentials, "Content-Type", "application/json", "X-Request-Id", "audited");
        assertThat(log.lines).anyMatch(line -> line.startsWith("audited ") && line.contains("login_failed"));
    }

    @Test
    void staysWithItsRequest() {
        // The request log is written by the request's thread after it left the filter.
        IntStream.range(0, 200).forEach(i -> api.send("GET", "/nothing", null, "X-Request-Id", "before-" + i));
        assertThat(log.lines.stream().filter(line -> line.contains("before-")).map(line -> line.split(" ", 2)[0]))
                .containsOnly("null");
    }

    @Test
    void secretsAreNotLogged() {
        String name = Api.newName();
        api.register(name);
        String token =
                api.logIn(name, Api.PASSWORD).body().at("/data/access_token").textValue();
        api.logIn(name, "a-wrong-secret-password");
        api.create(token, "k", "a-secret-value");
        api.as(token, "PUT", "/api/data/k", "{\"value\":\"a-secret-value");
        api.as(token + "x", "GET", "/api/data/k", null);
        api.json("POST", "/api/register", "{\"password\":\"a-secret-value\"}");
        assertThat(log.lines)
                .noneMatch(line -> line.contains("secret-") || line.contains(Api.PASSWORD) || line.contains(token));
    }
}
