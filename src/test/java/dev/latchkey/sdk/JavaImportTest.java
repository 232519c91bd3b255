package dev.latchkey.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.latchkey.client.DataApi.ImportEntriesOptions;
import dev.latchkey.client.DataStore;
import dev.latchkey.client.FailedEntry;
import dev.latchkey.client.ImportSummary;
import dev.latchkey.client.Latchkey;
import dev.latchkey.client.LatchkeyException;
import dev.latchkey.client.SetOptions;
import dev.latchkey.client.model.ErrorCode;
import dev.latchkey.client.model.FieldError;
import dev.latchkey.client.model.ImportFailure;
import dev.latchkey.client.model.ImportMode;
import dev.latchkey.client.model.ImportResult;
import dev.latchkey.client.model.ImportedEntry;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Moves many entries at once, as a Java program does. */
@ParameterizedClass
@EnumSource(Engine.class)
final class JavaImportTest {
    private static final List<String> HARD_VALUES = List.of(
            "",
            "\n",
            "\r\n{\"key\":\"a\",\"value\":\"\"}\n",
            "\u2028\u2029\u0085",
            "\"\\\b\f\t",
            "\u2665\ud83d\udd11e\u0301\ufeff",
            "{}",
            "null",
            "x".repeat(300_000),
            "\ud83d\udd11".repeat(200_000));

    private final String url;
    private final DataStore data;

    JavaImportTest(Engine engine) {
        url = ServerExtension.shared(engine).address().toString();
        data = newUser();
    }

    private DataStore newUser() {
        Latchkey latchkey = new Latchkey(url);
        latchkey.register(JavaClientTest.newUser(Api.newName()));
        return latchkey.data();
    }

    private static ImportedEntry entry(String key, String value) {
        return new ImportedEntry().key(key).value(value);
    }

    /** Entries whose value is their number; the first is 1. */
    private static List<ImportedEntry> numbered(int count) {
        return new ArrayList<>(IntStream.rangeClosed(1, count)
                .mapToObj(i -> entry("k%05d".formatted(i), String.valueOf(i)))
                .toList());
    }

    private static ImportSummary counts(long created, long replaced, long skipped) {
        return new ImportSummary(created, replaced, skipped, 0, List.of());
    }

    @Test
    void allThatAUserHasGoesToAnother() {
        for (int i = 0; i < HARD_VALUES.size(); i++) {
            SetOptions options = new SetOptions();
            if (i % 2 == 0) {
                options.expiresIn(Duration.ofSeconds(3600 + i));
            }
            data.set("hard/" + i + "/\u043a\u043b\u044e\u0447\ud83d\udd11\"\\", HARD_VALUES.get(i), options);
        }
        DataStore target = newUser();

        assertThat(target.importEntries(data.list().map(DataStore::toImport)))
                .isEqualTo(counts(HARD_VALUES.size(), 0, 0));

        assertThat(target.list().map(DataStore::toImport))
                .hasSize(HARD_VALUES.size())
                .isEqualTo(data.list().map(DataStore::toImport).toList());
    }

    @Test
    void theModeSaysWhatBecomesOfAnEntryThatExists() {
        data.set("k00002", "old");
        assertThat(data.importEntries(numbered(3), ImportMode.SKIP)).isEqualTo(counts(2, 0, 1));
        assertThat(data.importEntries(numbered(3), ImportMode.CREATE).failed()).isEqualTo(3);
        assertThat(data.importEntries(numbered(3)).failed()).isEqualTo(3);
        assertThat(data.get("k00002")).contains("old");
        assertThat(data.importEntries(numbered(4).stream(), ImportMode.REPLACE)).isEqualTo(counts(1, 3, 0));
        assertThat(data.get("k00002")).contains("2");
        // One that is over is as if it had never been.
        OffsetDateTime past = Instant.EPOCH.atOffset(ZoneOffset.UTC);
        assertThat(data.importEntries(List.of(entry("k00001", "").expiresAt(past)), ImportMode.REPLACE))
                .isEqualTo(counts(0, 0, 1));
        assertThat(data.importEntries(List.of(entry("new", "").expiresAt(null))))
                .isEqualTo(counts(1, 0, 0));
        assertThat(data.importEntries(List.of())).isEqualTo(counts(0, 0, 0));
        assertThat(catchThrowableOfType(
                                LatchkeyException.class, () -> data.importEntries(numbered(1), ImportMode.UNKNOWN))
                        .getCode())
                .isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void whatCannotBeStoredIsNamedByItsPlaceAmongAllEntriesAndByItsKey() {
        List<ImportedEntry> entries = numbered(2100);
        entries.get(0).value(null);
        entries.get(999).key("..");
        entries.get(1000).value("a\u0000");
        entries.get(1499).expiresAt(OffsetDateTime.now(ZoneOffset.UTC).plusYears(11));
        entries.get(1999).key("k00002");
        entries.get(2099).value("\u0000");

        ImportSummary summary = data.importEntries(entries);

        assertThat(summary.created()).isEqualTo(2094);
        assertThat(summary.failed()).isEqualTo(6);
        assertThat(summary.failures())
                .extracting(FailedEntry::line, FailedEntry::key, FailedEntry::code)
                .containsExactly(
                        tuple(1L, "k00001", ErrorCode.INVALID_VALUE),
                        tuple(1000L, "..", ErrorCode.INVALID_KEY),
                        tuple(1001L, "k01001", ErrorCode.INVALID_VALUE),
                        tuple(1500L, "k01500", ErrorCode.INVALID_REQUEST),
                        tuple(2000L, "k00002", ErrorCode.KEY_EXISTS),
                        tuple(2100L, "k02100", ErrorCode.INVALID_VALUE));
        assertThat(summary.failures()).extracting(FailedEntry::message).allMatch(message -> !message.isEmpty());
        assertThat(summary.failures().get(3).errors())
                .extracting(FieldError::getField)
                .containsExactly("expires_at");

        ImportSummary again = data.importEntries(entries);
        assertThat(again.failed()).isEqualTo(2100);
        assertThat(again.failures()).hasSize(100).extracting(FailedEntry::line).endsWith(99L, 100L);
    }

    @Test
    void linesOfTextAreSentAsTheyAre() {
        ImportResult result = data.importEntries(
                        "\r\n{\"key\":\"a\",\"value\":\"1\",\"created_at\":\"2026-11-22T12:00:00.123Z\"}\r\n\n"
                                + "{\"key\":\"b\"}\nnot JSON\n[\"\u2665\"]",
                        new ImportEntriesOptions().mode(ImportMode.REPLACE))
                .getData();

        assertThat(result.getCreated()).isEqualTo(1);
        assertThat(result.getFailures())
                .extracting(ImportFailure::getLine, ImportFailure::getCode)
                .containsExactly(
                        tuple(4L, ErrorCode.INVALID_VALUE),
                        tuple(5L, ErrorCode.INVALID_REQUEST),
                        tuple(6L, ErrorCode.INVALID_REQUEST));
        assertThat(data.get("a")).contains("1");
    }
}
