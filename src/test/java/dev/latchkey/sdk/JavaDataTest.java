package dev.latchkey.sdk;

import static dev.latchkey.client.BatchOperations.check;
import static dev.latchkey.client.BatchOperations.delete;
import static dev.latchkey.client.BatchOperations.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.client.BatchOperations;
import dev.latchkey.client.DataApi.ChangeExpiryOptions;
import dev.latchkey.client.DataApi.DeleteEntryOptions;
import dev.latchkey.client.DataApi.ListEntriesOptions;
import dev.latchkey.client.DataApi.ReadEntryOptions;
import dev.latchkey.client.DataApi.UpdateEntryOptions;
import dev.latchkey.client.DataStore;
import dev.latchkey.client.ErrorKind;
import dev.latchkey.client.Latchkey;
import dev.latchkey.client.LatchkeyException;
import dev.latchkey.client.ListOptions;
import dev.latchkey.client.SetOptions;
import dev.latchkey.client.model.BatchResult;
import dev.latchkey.client.model.Entry;
import dev.latchkey.client.model.ErrorCode;
import dev.latchkey.client.model.ExpiryChange;
import dev.latchkey.client.model.FieldError;
import dev.latchkey.client.model.ListedEntry;
import dev.latchkey.client.model.NewValue;
import dev.latchkey.client.model.ReadEntryResponse;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ETags, conditions, lists and batches, as a Java program sees them. */
@ParameterizedClass
@EnumSource(Engine.class)
final class JavaDataTest {
    private final DataStore data;

    JavaDataTest(Engine engine) {
        Latchkey latchkey =
                new Latchkey(ServerExtension.shared(engine).address().toString());
        latchkey.register(JavaClientTest.newUser(Api.newName()));
        data = latchkey.data();
    }

    private static LatchkeyException failure(ThrowingCallable call) {
        return catchThrowableOfType(LatchkeyException.class, call);
    }

    private static void isRefused(ThrowingCallable call, String current) {
        LatchkeyException error = failure(call);
        assertThat(error.getCode()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
        assertThat(error.getStatus()).isEqualTo(412);
        assertThat(error.getEtag().orElse(null)).isEqualTo(current);
    }

    @Test
    void aValueComesAndGoes() {
        assertThat(data.get("key")).isEmpty();
        assertThat(data.delete("key")).isFalse();

        String first = data.set("key", "one");
        assertThat(data.get("key")).contains("one");
        String second = data.set("key", "");
        assertThat(data.get("key")).contains("");
        assertThat(second).matches("\"[0-9]+\"").isNotEqualTo(first);

        assertThat(data.delete("key")).isTrue();
        assertThat(data.get("key")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "\u0001", "a\u0085"})
    void onlyAMissingEntryIsNoValue(String key) {
        if (!key.isEmpty()) {
            assertThat(failure(() -> data.get(key)).getCode()).isEqualTo(ErrorCode.INVALID_KEY);
            assertThat(failure(() -> data.delete(key)).getCode()).isEqualTo(ErrorCode.INVALID_KEY);
        }
        assertThat(failure(() -> data.set(key, "value")).getStatus()).isGreaterThanOrEqualTo(400);
    }

    @Test
    void everyAnswerAboutAnEntryHasItsETag() {
        String created = data.createEntry(new Entry().key("key").value("one")).getEtag();
        assertThat(data.readEntry("key").getEtag()).isEqualTo(created).matches("\"[0-9]+\"");
        String updated = data.updateEntry("key", new NewValue().value("two")).getEtag();
        assertThat(data.readEntry("key").getEtag()).isEqualTo(updated);
        String changed =
                data.changeExpiry("key", new ExpiryChange().expiresIn(60)).getEtag();
        assertThat(data.readEntry("key").getEtag()).isEqualTo(changed);
        assertThat(data.list()).extracting(ListedEntry::getEtag).containsExactly(changed);
        String deleted = data.deleteEntry("key").getEtag();

        assertThat(List.of(created, updated, changed, deleted)).doesNotHaveDuplicates();
    }

    @Test
    void aConditionThatDoesNotHoldIsAnErrorWithTheCurrentETag() {
        String old = data.set("key", "one");
        String current = data.set("key", "two", new SetOptions().ifMatch(old));

        isRefused(() -> data.set("key", "three", new SetOptions().ifMatch(old)), current);
        isRefused(() -> data.set("key", "three", new SetOptions().ifNoneMatch("*")), current);
        isRefused(() -> data.set("key", "three", new SetOptions().ifNoneMatch(current)), current);
        isRefused(
                () -> data.updateEntry("key", new NewValue().value("three"), new UpdateEntryOptions().ifMatch(old)),
                current);
        isRefused(() -> data.delete("key", new DeleteEntryOptions().ifMatch(old)), current);
        isRefused(() -> data.deleteEntry("key", new DeleteEntryOptions().ifMatch(old)), current);
        isRefused(
                () -> data.changeExpiry("key", new ExpiryChange().expiresIn(1), new ChangeExpiryOptions().ifMatch(old)),
                current);
        isRefused(() -> data.readEntry("key", new ReadEntryOptions().ifMatch(old)), current);
        isRefused(() -> data.batch(put("key", "three").ifMatch(old)), current);
        assertThat(data.get("key")).contains("two");

        isRefused(() -> data.set("none", "value", new SetOptions().ifMatch(old)), null);
        isRefused(() -> data.set("none", "value", new SetOptions().ifMatch("*")), null);
        isRefused(() -> data.delete("none", new DeleteEntryOptions().ifMatch(old)), null);
        assertThat(data.get("none")).isEmpty();
    }

    @Test
    void aConditionThatHoldsIsNoObstacle() {
        String created = data.set("key", "one", new SetOptions().ifNoneMatch("*"));
        String updated = data.set("key", "two", new SetOptions().ifMatch(created));
        assertThat(data.readEntry("key", new ReadEntryOptions().ifMatch(updated))
                        .getData()
                        .getValue())
                .isEqualTo("two");
        assertThat(data.delete("key", new DeleteEntryOptions().ifMatch(updated)))
                .isTrue();
    }

    /** Where there is no ETag, the condition would be none, and somebody's change would be lost. */
    @Test
    void noConditionIsLeftOutSilently() {
        assertThatNullPointerException().isThrownBy(() -> new SetOptions().ifMatch(null));
        assertThatNullPointerException().isThrownBy(() -> new SetOptions().ifNoneMatch(null));
        assertThatNullPointerException().isThrownBy(() -> new DeleteEntryOptions().ifMatch(null));
        assertThatNullPointerException().isThrownBy(() -> new UpdateEntryOptions().ifMatch(null));
        assertThatNullPointerException().isThrownBy(() -> data.readIfChanged("key", null));
        data.set("key", "value");
        for (String none : List.of("", "1", "W/1", "\"", "*, *")) {
            assertThat(failure(() -> data.set("key", "other", new SetOptions().ifMatch(none)))
                            .getCode())
                    .as(none)
                    .isIn(ErrorCode.INVALID_REQUEST, ErrorCode.PRECONDITION_FAILED);
        }
        assertThat(data.get("key")).contains("value");
    }

    @Test
    void onlyAnUpsertCreates() {
        NewValue value = new NewValue().value("value");
        assertThat(failure(() -> data.updateEntry("key", value)).getCode()).isEqualTo(ErrorCode.KEY_NOT_FOUND);
        assertThat(failure(() -> data.updateEntry("key", value, new UpdateEntryOptions().upsert(false)))
                        .getCode())
                .isEqualTo(ErrorCode.KEY_NOT_FOUND);
        String etag = data.updateEntry("key", value, new UpdateEntryOptions().upsert(true))
                .getEtag();
        assertThat(data.readEntry("key").getEtag()).isEqualTo(etag);
    }

    @Test
    void whatHasNotChangedIsNotReadAgain() {
        String old = data.set("key", "one");
        assertThat(data.readIfChanged("key", old)).isEmpty();
        LatchkeyException same = failure(() -> data.readEntry("key", new ReadEntryOptions().ifNoneMatch(old)));
        assertThat(same.getKind()).isEqualTo(ErrorKind.NOT_MODIFIED);
        assertThat(same.getStatus()).isEqualTo(304);
        assertThat(same.getEtag()).contains(old);

        String current = data.set("key", "two");
        ReadEntryResponse changed = data.readIfChanged("key", old).orElseThrow();
        assertThat(changed.getData().getValue()).isEqualTo("two");
        assertThat(changed.getEtag()).isEqualTo(current);

        data.delete("key");
        assertThat(failure(() -> data.readIfChanged("key", current)).getCode()).isEqualTo(ErrorCode.KEY_NOT_FOUND);
    }

    @Test
    void anEntryCanExpire() {
        OffsetDateTime before = OffsetDateTime.now(ZoneOffset.UTC).minusMinutes(1);
        data.set("key", "value", new SetOptions().expiresIn(Duration.ofHours(1)));
        assertThat(data.readEntry("key").getData().getExpiresAt())
                .isBetween(before.plusHours(1), before.plusHours(1).plusMinutes(10));

        data.changeExpiry("key", new ExpiryChange().expiresIn(null));
        assertThat(data.readEntry("key").getData().getExpiresAt()).isNull();

        data.set("key", "value", new SetOptions().expiresIn(Duration.ofMillis(1)));
        data.set("key", "value");
        assertThat(data.list()).extracting(ListedEntry::getExpiresAt).containsOnlyNulls();
        for (Duration refused : List.of(
                Duration.ZERO,
                Duration.ofSeconds(-1),
                Duration.ofDays(3651),
                Duration.ofSeconds(1L << 32),
                Duration.ofSeconds(Long.MAX_VALUE, 999_999_999),
                Duration.ofSeconds(Long.MIN_VALUE))) {
            assertThat(failure(() -> data.set("key", "other", new SetOptions().expiresIn(refused)))
                            .getCode())
                    .as(refused.toString())
                    .isEqualTo(ErrorCode.INVALID_REQUEST);
        }
    }

    @Test
    void aListGoesThroughAllPages() {
        List<String> keys =
                IntStream.range(0, 25).mapToObj(i -> "notes/%02d".formatted(i)).toList();
        for (String key : keys) {
            data.set(key, "value of " + key);
        }
        data.set("notes", "before");
        data.set("notes0", "after");

        assertThat(data.list("notes/")).extracting(ListedEntry::getKey).isEqualTo(keys);
        for (int size : new int[] {1, 7, 24, 25, 26, 1000}) {
            assertThat(data.list(new ListOptions().prefix("notes/").pageSize(size)))
                    .as("pages of %d", size)
                    .allSatisfy(entry -> assertThat(entry.getValue()).isEqualTo("value of " + entry.getKey()))
                    .extracting(ListedEntry::getKey)
                    .isEqualTo(keys);
        }
        for (int size : new int[] {1, 7, 1000}) {
            for (int limit : new int[] {0, 1, 6, 7, 8, 24, 25, 26, Integer.MAX_VALUE}) {
                assertThat(data.list(new ListOptions()
                                .prefix("notes/")
                                .pageSize(size)
                                .limit(limit)))
                        .as("at most %d in pages of %d", limit, size)
                        .extracting(ListedEntry::getKey)
                        .isEqualTo(keys.subList(0, Math.min(limit, keys.size())));
            }
        }
        assertThat(data.list(new ListOptions().values(false).pageSize(10)))
                .hasSize(27)
                .allSatisfy(entry -> {
                    assertThat(entry.getValue()).isNull();
                    assertThat(entry.getEtag()).isNotNull();
                    assertThat(entry.getUpdatedAt()).isNotNull();
                });
        assertThat(data.list("none/")).isEmpty();
        assertThat(data.list().skip(20).findFirst().orElseThrow().getKey()).isEqualTo("notes/19");
        assertThat(data.listEntries(new ListEntriesOptions().prefix("notes/").limit(2))
                        .getData()
                        .getNextCursor())
                .isNotNull();
        assertThat(data.listEntries().getData().getEntries()).hasSize(27);
        for (int refused : new int[] {1001, 0, -1}) {
            assertThat(failure(() -> data.list(new ListOptions().pageSize(refused))
                                    .count())
                            .getCode())
                    .isEqualTo(ErrorCode.INVALID_REQUEST);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new ListOptions().limit(-1));
    }

    @Test
    void aBatchIsDoneAsAWhole() {
        String old = data.set("draft", "text");
        List<BatchResult> results = data.batch(
                BatchOperations.create("notes/1", "one"),
                put("notes/2", "two").expiresIn(60),
                check("draft").ifMatch(old),
                delete("draft"));

        assertThat(results).extracting(BatchResult::getStatus).containsExactly(201, 201, 200, 200);
        assertThat(data.list())
                .extracting(ListedEntry::getKey, ListedEntry::getEtag)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                "notes/1", results.get(0).getEtag()),
                        org.assertj.core.groups.Tuple.tuple(
                                "notes/2", results.get(1).getEtag()));

        LatchkeyException error =
                failure(() -> data.batch(List.of(put("notes/3", "three"), BatchOperations.create("notes/1", ""))));
        assertThat(error.getCode()).isEqualTo(ErrorCode.KEY_EXISTS);
        assertThat(error.getErrors()).extracting(FieldError::getField).containsExactly("operations[1]");
        assertThat(data.get("notes/3")).isEmpty();
        assertThat(failure(data::batch).getCode()).isEqualTo(ErrorCode.INVALID_REQUEST);
    }
}
