package dev.latchkey.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.jwk.ECKey;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.jose4j.jwe.JsonWebEncryption;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/**
 * Promise 16, over HTTP: each kind of hostile token, most of them signed with the server's own key, which no attacker has, and
 * with the claims of a token that it takes. Nothing that a token names is ever fetched, and none of this alarms an operator.
 */
final class HostileTokensOverHttpIT {
    private static final ServerExtension SERVER = ServerExtension.shared(Engine.SQLITE);
    private static final Logger ROOT = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private static final String SIGNATURE = "SHA256withECDSAinP1363Format";
    private static final ServerSocketChannel LISTENER = listener();

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    /** A token that the server takes, and the key that it signed it with. */
    private record Good(ObjectNode header, ObjectNode claims, String token, KeyPair keys, String publicJwk) {
        static Good made() throws Exception {
            String token = SERVER.api().newToken();
            String[] parts = token.split("\\.");
            ObjectNode header = (ObjectNode) new ObjectMapper().readTree(Forge.decode(parts[0]));
            ObjectNode claims = (ObjectNode) new ObjectMapper().readTree(Forge.decode(parts[1]));
            try (Connection connection = Engine.connect(SERVER.database());
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT private_jwk FROM signing_keys")) {
                row.next();
                ECKey key = ECKey.parse(row.getString(1));
                return new Good(
                        header,
                        claims,
                        token,
                        key.toKeyPair(),
                        key.toPublicJWK().toJSONString());
            }
        }

        String signed(Object header, Object claims) {
            return Forge.signed(header, claims, SIGNATURE, keys.getPrivate());
        }

        /** With one more member in the header. */
        String with(String name, String json) {
            String more = ",\"" + name + "\":" + json + "}";
            return signed(header.toString().replace("}", more), claims);
        }

        String withAlgorithm(String algorithm) {
            return Forge.encode(header.deepCopy().put("alg", algorithm).toString()) + "."
                    + Forge.encode(claims.toString());
        }

        String withSignature(byte[] signature) {
            return token.substring(0, token.lastIndexOf('.') + 1) + Forge.encode(signature);
        }
    }

    private static ServerSocketChannel listener() {
        try {
            ServerSocketChannel listener = ServerSocketChannel.open();
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            listener.configureBlocking(false);
            return listener;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterAll
    static void closeListener() throws IOException {
        LISTENER.close();
    }

    @BeforeEach
    void listenToTheLog() {
        // The server writes while the test reads.
        log.list = new CopyOnWriteArrayList<>();
        log.start();
        ROOT.addAppender(log);
    }

    @AfterEach
    void leaveTheLog() {
        ROOT.detachAppender(log);
    }

    /** Else what follows would prove nothing. */
    @Test
    void aTokenThatTheTestSignsIsTakenIfNothingIsWrongWithIt() throws Exception {
        Good good = Good.made();

        assertThat(send(good.signed(good.header(), good.claims())).outcome()).isEqualTo("404 KEY_NOT_FOUND");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"algorithms", "signatures", "headers", "keyIds", "containers"})
    void isRefused(String kind, String token) throws IOException {
        Api.Answer answer = send(token);

        assertThat(answer.outcome()).as(kind).isEqualTo("401 INVALID_TOKEN");
        assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer error=\"invalid_token\"");
        assertThat(LISTENER.accept())
                .as("a connection to where the token points")
                .isNull();
        assertThat(log.list).noneMatch(event -> event.getLevel().isGreaterOrEqual(Level.WARN));
    }

    private static Api.Answer send(String token) {
        return SERVER.api().send("GET", "/api/data/x", null, "Authorization", "Bearer " + token);
    }

    static List<Arguments> algorithms() throws Exception {
        Good good = Good.made();
        List<Arguments> cases = new ArrayList<>();
        for (String none : new String[] {"none", "None", "NONE", "nOnE"}) {
            String content = good.withAlgorithm(none);
            cases.add(arguments(none + ", no signature", content + "."));
            cases.add(arguments(none + ", two parts", content));
            cases.add(arguments(none + ", our signature", resigned(good, content)));
        }
        for (String algorithm : new String[] {"HS256", "HS384", "HS512"}) {
            int number = 0;
            for (byte[] secret : Forge.encodings(good.keys().getPublic(), good.publicJwk())) {
                ObjectNode header = good.header().deepCopy().put("alg", algorithm);
                String name = algorithm + ", the public key in encoding " + ++number;
                cases.add(arguments(name, Forge.authenticated(header, good.claims(), secret)));
            }
        }
        for (String other : new String[] {"ES384", "ES256K", "RS256", "PS256", "EdDSA", "es256", ""}) {
            cases.add(arguments("named " + other + ", signed by ES256", resigned(good, good.withAlgorithm(other))));
        }
        return cases;
    }

    private static String resigned(Good good, String content) {
        return content + "."
                + Forge.encode(Forge.signature(content, SIGNATURE, good.keys().getPrivate()));
    }

    static List<Arguments> signatures() throws Exception {
        Good good = Good.made();
        BigInteger order = ((ECPublicKey) good.keys().getPublic()).getParams().getOrder();
        List<Arguments> cases = new ArrayList<>();
        BigInteger[] numbers = {BigInteger.ZERO, BigInteger.ONE, order.subtract(BigInteger.ONE), order};
        for (int r = 0; r < numbers.length; r++) {
            for (int s = 0; s < numbers.length; s++) {
                byte[] signature = Forge.concatenated(numbers[r], numbers[s]);
                cases.add(arguments("r and s: " + r + ", " + s, good.withSignature(signature)));
            }
        }
        String content = good.token().substring(0, good.token().lastIndexOf('.'));
        byte[] der = Forge.signature(content, "SHA256withECDSA", good.keys().getPrivate());
        cases.add(arguments("DER", good.withSignature(der)));
        // SEQUENCE of two INTEGERs 0.
        cases.add(arguments("zeros in DER", good.withSignature(new byte[] {0x30, 6, 2, 1, 0, 2, 1, 0})));
        cases.add(arguments("none", good.withSignature(new byte[0])));
        cases.add(arguments("32 bytes", good.withSignature(new byte[32])));
        cases.add(arguments("96 bytes", good.withSignature(new byte[96])));
        KeyPair another = Forge.newKeyPair("EC", "secp256r1");
        cases.add(arguments(
                "another key's", Forge.signed(good.header(), good.claims(), SIGNATURE, another.getPrivate())));
        return cases;
    }

    static List<Arguments> headers() throws Exception {
        Good good = Good.made();
        int port = LISTENER.socket().getLocalPort();
        String address = "\"http://127.0.0.1:" + port + "/key\"";
        List<Arguments> cases = new ArrayList<>();
        for (String name : new String[] {"jku", "x5u"}) {
            cases.add(arguments(name, good.with(name, address)));
            cases.add(arguments(name + " by name", good.with(name, address.replace("127.0.0.1", "localhost"))));
            cases.add(arguments(name + " is no address", good.with(name, "{}")));
        }
        cases.add(arguments("jwk, ours", good.with("jwk", good.publicJwk())));
        KeyPair own = Forge.newKeyPair("EC", "secp256r1");
        String jwk = new ECKey.Builder(com.nimbusds.jose.jwk.Curve.P_256, (ECPublicKey) own.getPublic())
                .keyID(good.header().path("kid").textValue())
                .build()
                .toJSONString();
        for (String name : new String[] {"jwk", "epk"}) {
            String header = good.header().toString().replace("}", ",\"" + name + "\":" + jwk + "}");
            cases.add(arguments(
                    name + ", the signer's own", Forge.signed(header, good.claims(), SIGNATURE, own.getPrivate())));
        }
        String certificate = "[\""
                + java.util.Base64.getEncoder().encodeToString(own.getPublic().getEncoded()) + "\"]";
        cases.add(arguments("x5c", good.with("x5c", certificate)));
        cases.add(arguments("x5t", good.with("x5t", "\"AA\"")));
        cases.add(arguments("crit", good.with("crit", "[\"exp\"]")));
        cases.add(arguments("crit of nothing", good.with("crit", "[]")));
        cases.add(arguments("crit b64", good.with("crit", "[\"b64\"],\"b64\":false")));
        cases.add(arguments("zip", good.with("zip", "\"DEF\"")));
        String deflated =
                Forge.encode(good.header().deepCopy().put("zip", "DEF").toString()) + "."
                        + Forge.encode(deflated(good.claims().toString()));
        cases.add(arguments("zip, deflated", resigned(good, deflated)));
        cases.add(arguments("alg twice", good.with("alg", "\"none\"")));
        cases.add(arguments("typ JWT", good.signed(good.header().deepCopy().put("typ", "JWT"), good.claims())));
        String mark = Forge.encode("\ufeff" + good.header()) + "."
                + Forge.encode(good.claims().toString());
        cases.add(arguments("a byte order mark", resigned(good, mark)));
        return cases;
    }

    private static byte[] deflated(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(bytes, new Deflater(9, true))) {
            deflater.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    static List<Arguments> keyIds() throws Exception {
        Good good = Good.made();
        String kid = good.header().path("kid").textValue();
        List<Arguments> cases = new ArrayList<>();
        for (String hostile : new String[] {
            "",
            "../../../../../../dev/null",
            "..\\..\\nul",
            "/proc/self/environ",
            "file:///dev/null",
            "http://127.0.0.1:" + LISTENER.socket().getLocalPort() + "/" + kid,
            "' OR '1'='1",
            kid + "' --",
            "' UNION SELECT '{}' --",
            "'; DROP TABLE signing_keys; --",
            "\u0000",
            kid + "\u0000",
            kid + "\r\nX-Injected: 1",
            "$(id)",
            "${jndi:ldap://127.0.0.1:" + LISTENER.socket().getLocalPort() + "/a}",
            "\ud83d\ude00",
            "k".repeat(1_500),
            "k".repeat(4_000)
        }) {
            String name = "kid " + (hostile.length() > 60 ? hostile.length() + " characters" : Forge.encode(hostile));
            cases.add(arguments(name, good.signed(good.header().deepCopy().put("kid", hostile), good.claims())));
        }
        for (String json : new String[] {"null", "1", "[]", "[\"" + kid + "\"]", "{\"kid\":\"" + kid + "\"}", "true"}) {
            String header = good.header().toString().replace("\"" + kid + "\"", json);
            cases.add(arguments("kid is " + json, good.signed(header, good.claims())));
        }
        ObjectNode without = good.header().deepCopy();
        without.remove("kid");
        cases.add(arguments("no kid", good.signed(without, good.claims())));
        return cases;
    }

    static List<Arguments> containers() throws Exception {
        Good good = Good.made();
        List<Arguments> cases = new ArrayList<>();
        for (String type : new String[] {"JWT", "at+jwt"}) {
            ObjectNode header = good.header().deepCopy().put("cty", type);
            cases.add(arguments("a good token inside, cty " + type, good.signed(header, good.token())));
        }
        cases.add(arguments("a good token inside", good.signed(good.header(), good.token())));
        for (String zip : new String[] {null, "DEF"}) {
            for (String payload : new String[] {good.token(), good.claims().toString()}) {
                cases.add(arguments("encrypted to our key, zip " + zip, encrypted(good, zip, payload)));
            }
        }
        String[] parts = good.token().split("\\.");
        cases.add(arguments(
                "JSON serialization",
                "{\"payload\":\"" + parts[1] + "\",\"protected\":\"" + parts[0] + "\",\"signature\":\"" + parts[2]
                        + "\"}"));
        cases.add(arguments("detached", parts[0] + ".." + parts[2]));
        cases.add(arguments("four parts", good.token() + "." + parts[2]));
        return cases;
    }

    private static String encrypted(Good good, String zip, String payload) throws Exception {
        JsonWebEncryption encryption = new JsonWebEncryption();
        encryption.setAlgorithmHeaderValue("ECDH-ES");
        encryption.setEncryptionMethodHeaderParameter("A128CBC-HS256");
        encryption.setKeyIdHeaderValue(good.header().path("kid").textValue());
        encryption.setHeader("typ", "at+jwt");
        encryption.setHeader("cty", "JWT");
        if (zip != null) {
            encryption.setHeader("zip", zip);
        }
        encryption.setKey(good.keys().getPublic());
        encryption.setPayload(payload);
        return encryption.getCompactSerialization();
    }
}
