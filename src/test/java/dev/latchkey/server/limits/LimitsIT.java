package dev.latchkey.server.limits;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.Exchange;
import dev.latchkey.testing.RawConnection;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Promise 14: what clients see of the limits. */
final class LimitsIT {
    private static final String WRONG = "a wrong password";
    private static final Logger AUDIT = (Logger) LoggerFactory.getLogger("audit");

    /** As operators get it, behind a proxy. */
    @RegisterExtension
    static final ServerExtension PROXIED =
            ServerExtension.limited(Engine.SQLITE, "http.trustedProxies", "127.0.0.1/32");

    /** Without a proxy, and with little patience. */
    @RegisterExtension
    static final ServerExtension DIRECT = ServerExtension.limited(
            Engine.SQLITE,
            "limits.logInFailuresPerAddress",
            "2/1h",
            "limits.registrationsPerAddress",
            "3/1h",
            "limits.requestsPerUser",
            "4/1h");

    private static Api.Answer logIn(String username, String password, String... forwardedFor) {
        return PROXIED.api()
                .send(
                        "POST",
                        "/api/token",
                        Api.object("username", username, "password", password).toString(),
                        Stream.concat(
                                        Stream.of("Content-Type", "application/json"),
                                        Stream.of(forwardedFor).flatMap(line -> Stream.of("X-Forwarded-For", line)))
                                .toArray(String[]::new));
    }

    private static String newUser(String address) {
        String username = Api.newName();
        assertThat(PROXIED.api()
                        .send(
                                "POST",
                                "/api/register",
                                Api.registration(username).toString(),
                                "Content-Type",
                                "application/json",
                                "X-Forwarded-For",
                                address)
                        .status())
                .isEqualTo(201);
        return username;
    }

    private static void attack(String username, int network) {
        assertThat(IntStream.range(0, 12).mapToObj(i -> logIn(username, WRONG, "203." + network + ".113." + i)
                        .outcome()))
                .startsWith("401 INVALID_CREDENTIALS")
                .endsWith("429 TOO_MANY_REQUESTS");
    }

    /** Promise 14: with nothing but {@code config.yml}, limits are on, and every limited call says so. */
    @Test
    void theDefaultsAreOn() {
        Api api = PROXIED.api();
        String username = Api.newName();
        Api.Answer registered = api.register(username);
        assertThat(registered.header("RateLimit-Policy")).isEqualTo("\"registration-address\";q=200;w=3600");
        assertThat(registered.header("RateLimit")).matches("\"registration-address\";r=1\\d\\d;t=\\d+");
        Api.Answer again = api.register(username);
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.header("RateLimit-Policy")).isEqualTo("\"registration-address\";q=200;w=3600");

        Api.Answer loggedIn = logIn(username, Api.PASSWORD, "198.18.0.1");
        assertThat(loggedIn.header("RateLimit-Policy"))
                .isEqualTo("\"login-address\";q=60;w=600, \"login-account\";q=10;w=600");
        assertThat(loggedIn.header("RateLimit")).isEqualTo("\"login-address\";r=60;t=0, \"login-account\";r=10;t=0");
        Api.Answer failed = logIn(username, WRONG, "198.18.0.1");
        assertThat(failed.status()).isEqualTo(401);
        assertThat(failed.header("RateLimit")).isEqualTo("\"login-address\";r=59;t=10, \"login-account\";r=9;t=60");

        String token = loggedIn.body().at("/data/access_token").textValue();
        for (Api.Answer answer : List.of(
                api.create(token, "key", "value"),
                api.read(token, "key"),
                api.update(token, "none", "value"),
                api.delete(token, "key"))) {
            assertThat(answer.header("RateLimit-Policy")).isEqualTo("\"user\";q=300000;w=60");
            assertThat(answer.header("RateLimit")).matches("\"user\";r=(299\\d\\d\\d);t=1");
        }
    }

    /** Promise 14: ten failures for an account, from however many addresses. */
    @Test
    void anAccountIsGuardedAgainstManyAddresses() {
        String username = newUser("198.18.1.1");
        List<String> outcomes = IntStream.range(0, 12)
                .mapToObj(i -> logIn(username.toUpperCase(java.util.Locale.ROOT), WRONG, "203.0.113." + i)
                        .outcome())
                .toList();
        assertThat(outcomes.subList(0, 10)).containsOnly("401 INVALID_CREDENTIALS");
        assertThat(outcomes.subList(10, 12)).containsOnly("429 TOO_MANY_REQUESTS");

        Api.Answer refused = logIn(username, Api.PASSWORD, "203.0.113.99");
        assertThat(refused.outcome()).isEqualTo("429 TOO_MANY_REQUESTS");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 60);
        assertThat(refused.header("RateLimit")).endsWith("\"login-account\";r=0;t=" + refused.header("Retry-After"));
        assertThat(refused.header("WWW-Authenticate")).isNull();
    }

    /** Promise 14: an attacker cannot lock the owner out, not even by a restart. */
    @Test
    void theOwnerAtAKnownAddressGetsThrough() throws Exception {
        String username = newUser("198.18.2.1");
        assertThat(logIn(username, Api.PASSWORD, "198.18.2.1").status()).isEqualTo(200);
        assertThat(logIn(username, Api.PASSWORD, "2001:db8:2::1").status()).isEqualTo(200);
        for (int network = 0; network < 2; network++) {
            if (network > 0) {
                PROXIED.stop();
                PROXIED.start();
            }
            attack(username, network);
            assertThat(logIn(username, Api.PASSWORD, "198.18.2.2").status()).isEqualTo(429);
            for (int i = 0; i < 12; i++) {
                assertThat(logIn(username, Api.PASSWORD, "198.18.2.1").status()).isEqualTo(200);
            }
            assertThat(logIn(username, Api.PASSWORD, "2001:db8:2::ffff").status())
                    .as("of the same network")
                    .isEqualTo(200);
        }
    }

    /** Promise 14: whether somebody has the name makes no difference. */
    @Test
    void aNameThatNobodyHasIsTreatedAlike() {
        String username = newUser("198.18.3.1");
        for (int i = 0; i < 12; i++) {
            Api.Answer known = logIn(username, WRONG, "203.3.1." + i);
            Api.Answer unknown = logIn("nobody-has-this", WRONG, "203.3.2." + i);
            assertThat(unknown.outcome()).isEqualTo(known.outcome());
            assertThat(unknown.header("RateLimit").replaceAll("t=\\d+", "t"))
                    .isEqualTo(known.header("RateLimit").replaceAll("t=\\d+", "t"));
            assertThat(unknown.header("RateLimit-Policy")).isEqualTo(known.header("RateLimit-Policy"));
            assertThat(unknown.header("Retry-After") == null).isEqualTo(known.header("Retry-After") == null);
        }
    }

    /** Promise 14: a name as long as a body is no more than any other. */
    @Test
    void aLongNameIsLimitedToo() {
        String name = "x".repeat(60_000);
        for (int i = 0; i < 10; i++) {
            assertThat(logIn(name, WRONG, "203.4.1." + i).status()).isEqualTo(401);
        }
        assertThat(logIn(name, WRONG, "203.4.1.10").status()).isEqualTo(429);
        assertThat(logIn(name + "x", WRONG, "203.4.1.10").status()).isEqualTo(401);
    }

    /** Promise 14 and Promise 27: an address is what the proxy saw, whatever the client says of itself. */
    @Test
    void anAddressIsLimitedWhateverItSays() {
        for (int i = 0; i < 60; i++) {
            String invented = "198.51.100." + i;
            assertThat(logIn("victim-" + i, WRONG, invented, "203.5.1.1").status())
                    .isEqualTo(401);
        }
        Api.Answer refused = logIn("victim-60", WRONG, "198.51.100.60, 203.5.1.1");
        assertThat(refused.outcome()).isEqualTo("429 TOO_MANY_REQUESTS");
        assertThat(refused.header("RateLimit")).isEqualTo("\"login-address\";r=0;t=" + refused.header("Retry-After"));
        assertThat(logIn("victim-60", WRONG, "203.5.1.2").status()).isEqualTo(401);
    }

    /** Whether it sends its body or waits for the server to ask for it, which is answered earlier. */
    @ParameterizedTest
    @ValueSource(strings = {"", "Expect: 100-continue\r\n"})
    void whoReachesALimitIsOnRecord(String expectation) throws IOException {
        String address = "203.6.2." + expectation.length();
        for (int i = 0; i < 60; i++) {
            assertThat(logIn("victim-" + i, WRONG, address).status()).isEqualTo(401);
        }
        String body = Api.object("username", "victim", "password", WRONG).toString();
        ListAppender<ILoggingEvent> lines = recorded();
        try {
            Exchange refused = RawConnection.exchange(
                    PROXIED,
                    "POST",
                    "/api/token",
                    "Content-Type: application/json\r\nX-Forwarded-For: " + address
                            + "\r\nX-Request-Id: the-last-straw\r\n" + expectation + "Content-Length: " + body.length()
                            + "\r\n\r\n" + (expectation.isEmpty() ? body : ""));
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.headers().get("x-request-id")).containsExactly("the-last-straw");
            assertThat(lines.list.stream().map(ILoggingEvent::getFormattedMessage))
                    .singleElement()
                    .asString()
                    .contains("limit_reached", "\"request_id\":\"the-last-straw\"", "\"client\":\"" + address + "\"");
        } finally {
            AUDIT.detachAppender(lines);
        }
    }

    /** Promise 14 and Promise 27: without a configured proxy the header is nothing. Each limit is counted and recorded. */
    @Test
    void withoutAProxyAllThatSayOtherwiseAreOneAddress() throws Exception {
        ListAppender<ILoggingEvent> lines = recorded();
        try {
            Api api = DIRECT.api();
            String username = Api.newName();
            List<Integer> registrations = IntStream.range(0, 5)
                    .mapToObj(i -> sayingToBe(
                            i,
                            "/api/register",
                            Api.registration(i == 0 ? username : Api.newName()).toString()))
                    .map(Api.Answer::status)
                    .toList();
            assertThat(registrations).containsExactly(201, 201, 201, 429, 429);
            assertThat(api.json("POST", "/api/register", "{}").status())
                    .as("not counted")
                    .isEqualTo(400);

            String token = api.logIn(username, Api.PASSWORD)
                    .body()
                    .at("/data/access_token")
                    .textValue();
            List<Integer> reads = IntStream.range(0, 6)
                    .mapToObj(i -> api.read(token, "key").status())
                    .toList();
            assertThat(reads).containsExactly(404, 404, 404, 404, 429, 429);

            List<Integer> logIns = IntStream.range(0, 4)
                    .mapToObj(i -> sayingToBe(
                            i,
                            "/api/token",
                            Api.object("username", "u" + i, "password", WRONG).toString()))
                    .map(Api.Answer::status)
                    .toList();
            assertThat(logIns).containsExactly(401, 401, 429, 429);

            for (String limit : List.of("registration-address", "user", "login-address")) {
                assertThat(new ObjectMapper()
                                .readTree(metrics())
                                .at("/meters/limits." + limit + ".refused/count")
                                .asInt())
                        .isEqualTo(2);
                assertThat(lines.list.stream()
                                .map(ILoggingEvent::getFormattedMessage)
                                .filter(line -> line.contains("limit_reached") && line.contains("\"" + limit + "\"")))
                        .singleElement()
                        .asString()
                        .contains("\"client\":\"127.0.0.1\"");
            }
        } finally {
            AUDIT.detachAppender(lines);
        }
    }

    /** What the audit log gets from now on, until it is detached. */
    private static ListAppender<ILoggingEvent> recorded() {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        AUDIT.setLevel(Level.INFO);
        AUDIT.addAppender(lines);
        return lines;
    }

    private static Api.Answer sayingToBe(int number, String path, String body) {
        return DIRECT.api()
                .send("POST", path, body, "Content-Type", "application/json", "X-Forwarded-For", "203.6.1." + number);
    }

    private static String metrics() throws IOException {
        try (var stream = URI.create(DIRECT.admin() + "/metrics").toURL().openStream()) {
            return new String(stream.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    @Test
    void anOperationWithTwoLimitsNamesBoth() {
        String address = "203.0.200.1";
        String username = newUser(address);
        String token = logIn(username, Api.PASSWORD, address)
                .body()
                .at("/data/access_token")
                .textValue();
        Api.Answer answer = PROXIED.api()
                .send(
                        "PUT",
                        "/api/me/password",
                        Api.object("current_password", WRONG, "new_password", "another good phrase 42")
                                .toString(),
                        "Content-Type",
                        "application/json",
                        "Authorization",
                        "Bearer " + token,
                        "X-Forwarded-For",
                        address);

        assertThat(answer.outcome()).isEqualTo("401 INVALID_CREDENTIALS");
        for (String header : new String[] {"RateLimit", "RateLimit-Policy"}) {
            assertThat(answer.header(header).split(", "))
                    .as(header)
                    .satisfiesExactlyInAnyOrder(
                            limit -> assertThat(limit).startsWith("\"user\";"),
                            limit -> assertThat(limit).startsWith("\"login-account\";"),
                            limit -> assertThat(limit).startsWith("\"login-address\";"));
        }
    }

    @Test
    void turnedOffThereIsNoHeader() {
        Api api = ServerExtension.shared(Engine.SQLITE).api();
        String token = api.newToken();

        assertThat(Stream.of(api.register(Api.newName()), api.logIn("nobody", WRONG), api.read(token, "key"))
                        .flatMap(answer -> Stream.of(answer.header("RateLimit"), answer.header("RateLimit-Policy")))
                        .filter(Objects::nonNull))
                .isEmpty();
    }
}
