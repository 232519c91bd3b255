package dev.latchkey.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.client.FileTokenStore;
import dev.latchkey.client.Latchkey;
import dev.latchkey.client.LatchkeyException;
import dev.latchkey.client.LatchkeyOptions;
import dev.latchkey.client.StoredTokens;
import dev.latchkey.client.model.Entry;
import dev.latchkey.sdk.StubServer.Answer;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the clients for other languages do as well. */
final class JavaParityTest {
    private final StubServer stub = new StubServer();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        stub.close();
    }

    @Test
    void itSaysWhoIsLoggedInAndTellsOfChanges() {
        stub.answer(request -> switch (request.toString()) {
            case "POST /api/token" -> Answer.tokens("access", "refresh");
            case "POST /api/token/refresh" -> Answer.error(401, "INVALID_REFRESH_TOKEN", "Over.");
            case "GET /api/data/key" -> Answer.tokenRefused();
            default -> Answer.success(StubServer.SUCCESS);
        });
        Latchkey latchkey = new Latchkey(stub.url());
        List<String> told = new ArrayList<>();
        Runnable stop = latchkey.onChange(username -> told.add(username.orElse("nobody")));
        latchkey.onChange(username -> {
            throw new IllegalStateException("of the listener");
        });
        latchkey.onChange(username -> latchkey.signingKeys().listSigningKeys());

        assertThat(latchkey.username()).isEmpty();
        latchkey.logIn("alice", "secret");
        latchkey.logIn("alice", "secret");
        latchkey.data().deleteEntry("other");
        assertThat(latchkey.username()).contains("alice");
        assertThat(told).containsExactly("alice");
        latchkey.logIn("bob", "secret");
        latchkey.account().deleteAccount();
        assertThat(told).containsExactly("alice", "bob", "nobody");
        latchkey.logIn("carol", "secret");
        assertThatExceptionOfType(LatchkeyException.class)
                .isThrownBy(() -> latchkey.data().readEntry("key"));
        assertThat(latchkey.username()).isEmpty();
        assertThat(told).containsExactly("alice", "bob", "nobody", "carol", "nobody");
        stop.run();
        latchkey.logIn("dave", "secret");
        assertThat(told).hasSize(5);
    }

    @Test
    void itSaysWhatItIs() {
        Latchkey latchkey = new Latchkey(
                "http://127.0.0.1:" + ServerExtension.shared(Engine.SQLITE).port());
        latchkey.register(JavaClientTest.newUser(dev.latchkey.testing.Api.newName()));

        assertThat(latchkey.sessions().listSessions().getData().getSessions())
                .singleElement()
                .satisfies(session -> assertThat(session.getUserAgent())
                        .matches("latchkey-client/[0-9]+[.][0-9]+[.][0-9]+\\S* [(]Java[)]"));
    }

    @Test
    void aFileKeepsTheLogInForNobodyElse() throws IOException {
        Path file = folder.resolve("config/latchkey/login.json");
        StoredTokens alice = new StoredTokens("access", Instant.ofEpochMilli(1_234_500), "refresh", "alice");
        assertThat(new FileTokenStore(file).load()).isEmpty();
        for (String before :
                List.of("", "{", "null", "[]", "7", "{}", "{\"access_token\":\"a\"}", "{\"expires_at\":1}")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, before);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            FileTokenStore store = new FileTokenStore(file);
            assertThat(store.load()).as(before).isEmpty();

            store.save(alice);

            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            try (Stream<Path> files = Files.list(file.getParent())) {
                assertThat(files).containsExactly(file);
            }
            assertThat(new FileTokenStore(file).load()).contains(alice);
        }
        assertThat(Files.readString(file))
                .isEqualTo(
                        "{\"username\":\"alice\",\"access_token\":\"access\",\"refresh_token\":\"refresh\",\"expires_at\":1234.5}");
        new FileTokenStore(file).clear();
        new FileTokenStore(file).clear();
        assertThat(file).doesNotExist();
    }

    @Test
    void aLogGetsALineARequestAndNoSecrets() {
        stub.answer(
                Answer.tokens("access-7", "refresh-7"),
                Answer.tooMany(0),
                Answer.entry("dear"),
                Answer.brokenOff(),
                Answer.brokenOff());
        List<String> lines = new ArrayList<>();
        Latchkey latchkey = new Latchkey(stub.url(), new LatchkeyOptions().log(lines::add));

        latchkey.logIn("alice", "hunter2");
        latchkey.data().readEntry("diary");
        assertThatExceptionOfType(LatchkeyException.class).isThrownBy(() -> latchkey.data()
                .createEntry(new Entry().key("diary").value("dear")));

        assertThat(lines.stream().map(line -> line.replace(stub.url(), "")
                        .replaceAll("[0-9]+ ms", "0 ms")
                        .replaceAll("no answer .*", "no answer")))
                .containsExactly(
                        "createToken (POST /api/token): 200 in 0 ms, request without an id",
                        "readEntry (GET /api/data/{key}): 429 in 0 ms, request without an id",
                        "readEntry (GET /api/data/{key}): again in 0 s",
                        "readEntry (GET /api/data/{key}): 200 in 0 ms, request without an id",
                        "createEntry (POST /api/data): no answer",
                        "createEntry (POST /api/data): no answer");
        assertThat(String.join("", lines)).doesNotContain("hunter2", "diary", "dear", "access-7", "refresh-7");
    }
}
