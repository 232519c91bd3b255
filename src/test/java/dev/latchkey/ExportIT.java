package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.JarProcess;
import dev.latchkey.testing.Launcher;
import dev.latchkey.testing.ProofSize;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An export is streamed: it may be several times as large as the server's memory. */
final class ExportIT {
    /** Of a MiB each. */
    private static final int ENTRIES = ProofSize.of(120, 300);

    private static final String VALUE = "0123456789abcdef".repeat(1 << 16);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(Engine.class)
    void takesLittleMemory(Engine engine) throws Exception {
        JarProcess.copyConfiguration(folder);
        DatabaseSettings database = engine == Engine.SQLITE
                ? new DatabaseSettings("jdbc:sqlite:" + folder.resolve("latchkey.db"), null, null, 0, 0, null, null)
                : engine.newDatabase();
        Map<String, String> variables = Map.of(
                "LATCHKEY_DATABASE_URL",
                database.url(),
                "LATCHKEY_DATABASE_USER",
                Optional.ofNullable(database.user()).orElse(""));
        try (JarProcess server =
                JarProcess.start(folder, variables, List.of(), Launcher.javaOptions(), "server", "config.yml")) {
            String token = server.api().newToken();
            String userId = server.api()
                    .as(token, "GET", "/api/me", null)
                    .body()
                    .at("/data/user_id")
                    .textValue();
            insertEntries(database, userId);

            assertThat(countValues(server.port(), token)).isEqualTo(ENTRIES);
            assertThat(server.api().read(token, "key 0").status()).isEqualTo(200);
        }
    }

    private static void insertEntries(DatabaseSettings database, String userId) throws SQLException {
        try (Connection connection = Engine.connect(database);
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO entries (user_id, key, value, created_at, updated_at) VALUES (?, ?, ?, 0, 0)")) {
            connection.setAutoCommit(false);
            for (int i = 0; i < ENTRIES; i++) {
                insert.setString(1, userId);
                insert.setString(2, "key " + i);
                insert.setString(3, VALUE);
                insert.executeUpdate();
            }
            connection.commit();
        }
    }

    /** Too large for the usual client of the tests: it is read as it comes. */
    private static int countValues(int port, String token) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/me/export"))
                .header("Authorization", "Bearer " + token)
                .build();
        HttpResponse<InputStream> response =
                HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        int values = 0;
        try (JsonParser document = new JsonFactory().createParser(response.body())) {
            for (JsonToken next = document.nextToken(); next != null; next = document.nextToken()) {
                if (next == JsonToken.VALUE_STRING && document.currentName().equals("value")) {
                    assertThat(document.getText().equals(VALUE)).isTrue();
                    values++;
                }
            }
        }
        return values;
    }
}
