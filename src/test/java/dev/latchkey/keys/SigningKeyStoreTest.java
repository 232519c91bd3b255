package dev.latchkey.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.SigningKeyStore.StoredKey;
import dev.latchkey.testing.ConcurrentHistory;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ModelCheck;
import dev.latchkey.testing.RandomSequences;
import dev.latchkey.testing.TestDatabase;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
final class SigningKeyStoreTest {
    private final TestDatabase database;
    private final SigningKeyStore store;

    SigningKeyStoreTest(Engine engine) {
        database = new TestDatabase(engine);
        store = new SigningKeyStore(database.database());
    }

    @AfterEach
    void close() throws Exception {
        database.close();
    }

    @Test
    void behavesAsAMapByGeneration() {
        RandomSequences.forEach(20, random -> SigningKeyOperation.sequence(random, 40), operations -> {
            deleteAll();
            var model = ModelCheck.run(store, Map.of(), operations);
            assertThat(rows()).isEqualTo(model.getOrDefault("keys", Map.of()));
        });
    }

    @Test
    void isLinearizable() {
        RandomSequences.forEach(15, random -> SigningKeyOperation.sequence(random, 48), operations -> {
            deleteAll();
            ConcurrentHistory.check(store, Map.of(), 8, operations, List.of(SigningKeyOperation.findAll()));
        });
    }

    private void deleteAll() {
        database.database().write(handle -> handle.execute("DELETE FROM signing_keys"));
    }

    private Map<Integer, StoredKey> rows() {
        return database.database()
                .read(handle -> handle.createQuery("SELECT generation, private_jwk, signs_from FROM signing_keys")
                        .map((row, context) ->
                                new StoredKey(row.getInt(1), row.getString(2), Instant.ofEpochMilli(row.getLong(3))))
                        .collect(Collectors.toMap(StoredKey::generation, key -> key)));
    }
}
