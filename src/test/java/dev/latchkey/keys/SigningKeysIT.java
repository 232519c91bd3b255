package dev.latchkey.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.ECKey;
import dev.latchkey.server.auth.AccessTokens;
import dev.latchkey.server.auth.Caller;
import dev.latchkey.server.auth.SigningKeys;
import dev.latchkey.server.auth.TokenSettings;
import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import dev.latchkey.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Promise 18: the keys that tokens are signed with stay with the data, and nowhere else. */
@ParameterizedClass
@EnumSource(Engine.class)
final class SigningKeysIT {
    private static final Caller CALLER = new Caller("somebody", "some session", Instant.ofEpochSecond(1));

    private static final int SERVERS = 8;
    private static final String VALUE = "what nobody else may read";

    private final Engine engine;

    SigningKeysIT(Engine engine) {
        this.engine = engine;
    }

    @Test
    void aTokenSurvivesARestartAndSecretsStayInside() throws Exception {
        Path log = Files.createTempFile(Path.of("target"), "signing-keys-", ".log");
        ServerExtension server = new ServerExtension(
                engine,
                "logging.level",
                "TRACE",
                "logging.appenders[0].type",
                "file",
                "logging.appenders[0].currentLogFilename",
                log.toString(),
                "logging.appenders[0].archive",
                "false");
        List<String> answers = new ArrayList<>();
        server.beforeAll(null);
        String token;
        try {
            Api api = server.api();
            token = api.newToken();
            answers.add(api.create(token, "greeting", VALUE).toString());
        } finally {
            server.stop();
        }
        server.start();
        try {
            Api api = server.api();
            Api.Answer read = api.read(token, "greeting");
            assertThat(read.status()).isEqualTo(200);
            answers.add(read.toString());
            String username = Api.newName();
            answers.add(api.register(username).toString());
            answers.add(api.logIn(username, Api.PASSWORD).toString());
            answers.add(api.read("x", "greeting").toString());
            answers.add(api.send("GET", "/.well-known/jwks.json", null).toString());
        } finally {
            server.stop();
        }

        List<String> keys = storedKeys(server.database());
        assertThat(keys).hasSize(1);
        String secret = ECKey.parse(keys.get(0)).getD().toString();
        assertThat(secret).hasSize(43);
        assertThat(answers).noneMatch(answer -> answer.contains(secret));
        assertThat(log).content().isNotEmpty().doesNotContain(secret, token, VALUE, Api.PASSWORD, "$argon2id$");
    }

    @Test
    void serversThatStartAtOnceAgreeOnOneKey() throws Exception {
        DatabaseSettings database = engine.newDatabase();
        List<TestDatabase> servers = new ArrayList<>();
        for (int i = 0; i < SERVERS; i++) {
            servers.add(new TestDatabase(database));
        }
        ExecutorService starting = Executors.newFixedThreadPool(SERVERS);
        CyclicBarrier start = new CyclicBarrier(SERVERS);
        List<Future<SigningKeys>> started = new ArrayList<>();
        for (TestDatabase server : servers) {
            started.add(starting.submit(() -> {
                start.await();
                return StoredSigningKeys.load(
                        new SigningKeyStore(server.database()), Duration.ofDays(30), Clock.systemUTC());
            }));
        }
        starting.shutdown();
        try {
            List<AccessTokens> all = new ArrayList<>();
            for (Future<SigningKeys> keys : started) {
                all.add(new AccessTokens(keys.get(), session -> false, TokenSettings.defaults(), Clock.systemUTC()));
            }
            for (AccessTokens issuer : all) {
                String token = issuer.issue(CALLER);
                assertThat(all).allMatch(verifier -> verifier.verify(token).equals(Optional.of(CALLER)));
            }
            assertThat(storedKeys(database)).hasSize(1);
        } finally {
            for (TestDatabase server : servers) {
                server.close();
            }
        }
    }

    private static List<String> storedKeys(DatabaseSettings database) throws SQLException {
        List<String> keys = new ArrayList<>();
        try (Connection connection = Engine.connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT private_jwk FROM signing_keys")) {
            while (rows.next()) {
                keys.add(rows.getString(1));
            }
        }
        return keys;
    }
}
