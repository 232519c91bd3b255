package dev.latchkey.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.client.DataStore;
import dev.latchkey.client.ErrorKind;
import dev.latchkey.client.LatchkeyException;
import dev.latchkey.client.PatientOptions;
import dev.latchkey.client.model.ImportMode;
import dev.latchkey.client.model.ImportedEntry;
import dev.latchkey.sdk.StubServer.Answer;
import dev.latchkey.sdk.StubServer.Request;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** The requests that an import makes. */
final class JavaImportRequestsTest {
    private static final String EMPTY = "{\"status\":\"success\",\"message\":\"Import finished.\",\"data\":"
            + "{\"created\":%d,\"replaced\":0,\"skipped\":0,\"failed\":0,\"failures\":[]}}";

    private final StubServer stub = new StubServer();
    private final DataStore data = JavaErrorsTest.loggedIn(stub.url(), PatientOptions.waiting(wait -> {}))
            .data();

    JavaImportRequestsTest() {
        stub.answer(JavaImportRequestsTest::stored);
    }

    @AfterEach
    void close() {
        stub.close();
    }

    private static Answer stored(Request request) {
        return Answer.success(EMPTY.formatted(lines(request)));
    }

    private static long lines(Request request) {
        return request.body().lines().count();
    }

    private static ImportedEntry entry(int length) {
        return new ImportedEntry().key("k").value("x".repeat(length));
    }

    private static Stream<ImportedEntry> entries(int count) {
        return IntStream.range(0, count).mapToObj(i -> entry(1));
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1,1", "999,1", "1000,1", "1001,2", "2000,2", "2001,3"})
    void aRequestHasUpToAThousandLines(int count, int requests) {
        assertThat(data.importEntries(entries(count)).created()).isEqualTo(count);
        assertThat(stub.asked()).hasSize(requests).allMatch("POST /api/data/import"::equals);
        assertThat(stub.requests()).filteredOn(request -> lines(request) > 1000).isEmpty();
    }

    @Test
    void longLinesMakeMoreRequests() {
        data.importEntries(
                Stream.of(100_000, 100_000, 100_000, 1_000_000, 1, 262_000, 300).map(JavaImportRequestsTest::entry));

        assertThat(stub.requests()).extracting(JavaImportRequestsTest::lines).containsExactly(2L, 1L, 1L, 2L, 1L);
    }

    @Test
    void theyAreSentAsTheEntriesCome() {
        List<Integer> before = new ArrayList<>();

        data.importEntries(entries(2001).peek(entry -> before.add(stub.asked().size())));

        assertThat(before).startsWith(0).endsWith(2);
        assertThat(Collections.frequency(before, 0)).isEqualTo(1000);
        assertThat(Collections.frequency(before, 1)).isEqualTo(1000);
    }

    @Test
    void aLineHasWhatIsImported() {
        data.importEntries(
                List.of(
                        new ImportedEntry()
                                .key("k")
                                .value("\n\u2665")
                                .expiresAt(OffsetDateTime.parse("2030-01-02T03:04:05.678+01:00")),
                        entry(0)),
                ImportMode.SKIP);

        assertThat(stub.requests()).singleElement().satisfies(request -> {
            assertThat(request.query()).isEqualTo("mode=skip");
            assertThat(request.body()).isEqualTo("""
                            {"key":"k","value":"\\n\u2665","expires_at":"2030-01-02T03:04:05.678+01:00"}
                            {"key":"k","value":""}
                            """);
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"REPLACE", "SKIP"})
    void withReplaceAndSkipALostResponseIsRepeated(ImportMode mode) {
        for (Answer lost : List.of(Answer.brokenOff(), Answer.busy(1), Answer.tooMany(1))) {
            stub.answer(lost, Answer.success(EMPTY.formatted(2)));
            assertThat(data.importEntries(entries(2), mode).created()).isEqualTo(2);
        }
        assertThat(stub.requests()).hasSize(6);
        assertThat(stub.requests())
                .extracting(Request::body)
                .containsOnly("{\"key\":\"k\",\"value\":\"x\"}\n".repeat(2));
    }

    /** A repetition would find what the first attempt has stored. */
    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"REPLACE", "SKIP"})
    void otherwiseItIsNot(ImportMode mode) {
        stub.answer(Answer.brokenOff());
        assertThat(failure(mode).getKind()).isEqualTo(ErrorKind.NO_ANSWER);
        stub.answer(Answer.busy(1));
        assertThat(failure(mode).getStatus()).isEqualTo(503);
        assertThat(stub.requests()).hasSize(2);
        stub.answer(Answer.tooMany(1), Answer.success(EMPTY.formatted(2)));
        assertThat(data.importEntries(entries(2), mode).created()).isEqualTo(2);
    }

    private LatchkeyException failure(ImportMode mode) {
        return catchThrowableOfType(LatchkeyException.class, () -> data.importEntries(entries(2), mode));
    }

    @Test
    void anEntryThatCannotBeSentIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> data.importEntries(Stream.concat(
                        entries(1000), Stream.of(new ImportedEntry().key("k").value("\ud800")))))
                .withMessageContaining("entry 1001");
        assertThatNullPointerException()
                .isThrownBy(() -> data.importEntries(Collections.singletonList(null)))
                .withMessageContaining("entry 1");
        assertThat(stub.requests()).hasSize(1);
    }

    @Test
    void anAnswerWithoutCountsIsNone() {
        for (String answer : List.of("{}", "{\"data\":null}", "{\"data\":{}}", "{\"data\":{\"created\":null}}")) {
            stub.answer(Answer.success(answer));
            assertThat(failure(ImportMode.CREATE).getKind()).as(answer).isEqualTo(ErrorKind.UNUSABLE_ANSWER);
        }
    }
}
