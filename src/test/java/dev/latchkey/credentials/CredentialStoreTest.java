package dev.latchkey.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.names.CanonicalName;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
final class CredentialStoreTest {
    private final TestDatabase database;
    private final CredentialStore store;

    CredentialStoreTest(Engine engine) {
        database = new TestDatabase(engine);
        store = new CredentialStore(database.database());
        database.addUser("alice");
        database.addUser("bob");
    }

    @AfterEach
    void close() throws Exception {
        database.close();
    }

    @Test
    void findsByTheCanonicalNameOrTheId() {
        database.database().write(handle -> handle.execute("UPDATE users SET username_key = 'zoë' WHERE id = 'alice'"));
        assertThat(CanonicalName.of("ZOE\u0308")).isEqualTo("zo\u00eb");
        StoredCredentials zoe = new StoredCredentials("alice", "zoë", "", 1, false);

        assertThat(store.findByName("zoë")).contains(zoe);
        assertThat(store.findByName("zoe")).isEmpty();
        assertThat(store.findByName("alice")).isEmpty();
        assertThat(store.findById("alice")).contains(zoe);
        assertThat(store.findById("zoë")).isEmpty();
    }

    /** Promise 12: a new hash never takes the place of a new password. */
    @Test
    void replacesOnlyTheHashThatWasChecked() {
        store.replaceHash("alice", "", "new");
        assertThat(store.findById("alice").orElseThrow().passwordHash()).isEqualTo("new");
        store.replaceHash("alice", "", "another");
        assertThat(store.findById("alice").orElseThrow().passwordHash()).isEqualTo("new");
        assertThat(store.findById("bob").orElseThrow().passwordHash()).isEmpty();
    }
}
