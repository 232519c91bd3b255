package dev.latchkey.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Taking everything away. */
@ParameterizedClass
@EnumSource(Engine.class)
final class ExportIT {
    private final Api api;
    private final LogIn user;

    ExportIT(Engine engine) {
        api = ServerExtension.shared(engine).api();
        user = LogIn.ofNewUser(api);
    }

    @Test
    void hasTheAccountAndNoEntriesWhereThereAreNone() {
        Api.Answer answer = user.export();

        assertThat(answer.header("Content-Disposition")).isEqualTo("attachment; filename=\"latchkey-export.json\"");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.body().at("/data/account"))
                .isEqualTo(user.read().body().path("data"));
        assertThat(answer.body().at("/data/entries").isArray()).isTrue();
        assertThat(answer.body().at("/data/entries")).isEmpty();
    }

    /** Promise 22: and nothing of anybody else's. */
    @Test
    void hasEveryEntryOnceInOrderOverManyPages() {
        LogIn other = LogIn.ofNewUser(api);
        TreeMap<String, String> entries = new TreeMap<>();
        for (int i = 0; i < 600; i++) {
            entries.put("key " + i, "value " + i);
        }
        for (int i = 0; i < 4; i++) {
            // Each longer than half of a page.
            entries.put("large " + i, (i + "\u00e9").repeat(300_000));
        }
        entries.put("\ud83d\udd11", "\"\\\n\u2028");
        entries.put("!", "");
        entries.forEach((key, value) -> {
            assertThat(api.create(user.accessToken(), key, value).status()).isEqualTo(201);
        });
        api.create(other.accessToken(), "key 1", "another's");
        api.update(user.accessToken(), "key 2", "newer");
        entries.put("key 2", "newer");

        JsonNode exported = user.export().body().at("/data/entries");

        assertThat(exported.findValuesAsText("key")).containsExactlyElementsOf(entries.keySet());
        assertThat(exported.findValuesAsText("value")).containsExactlyElementsOf(entries.values());
        for (JsonNode entry : exported) {
            Instant created = Instant.parse(entry.path("created_at").textValue());
            Instant updated = Instant.parse(entry.path("updated_at").textValue());
            if (entry.path("key").textValue().equals("key 2")) {
                assertThat(updated).isAfter(created);
            } else {
                assertThat(updated).isEqualTo(created);
            }
        }
        assertThat(List.copyOf(exported.findValuesAsText("value"))).doesNotContain("another's");
    }
}
