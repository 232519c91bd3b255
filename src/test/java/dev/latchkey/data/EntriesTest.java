package dev.latchkey.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.Engine;
import dev.latchkey.TestDatabase;
import dev.latchkey.problem.ErrorCode;
import dev.latchkey.problem.InvalidField;
import dev.latchkey.problem.Problem;
import io.dropwizard.util.DataSize;
import java.time.Clock;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
final class EntriesTest {
    private static final String ALICE = "alice";

    private final TestDatabase database;
    private final Entries entries;

    EntriesTest(Engine engine) {
        database = new TestDatabase(engine);
        database.addUser(ALICE);
        DataSettings settings = new DataSettings(DataSize.bytes(10));
        entries = new Entries(new EntryStore(database.database()), settings, Clock.systemUTC());
    }

    @AfterEach
    void close() throws Exception {
        database.close();
    }

    @Test
    void keepsToTheConfiguredLengthOfAValue() {
        entries.create(ALICE, new Entry("key", "0123456789"));
        entries.update(ALICE, new Entry("key", "ééééé"));

        assertThat(invalidField(() -> entries.create(ALICE, new Entry("other", "01234567890"))))
                .isEqualTo(new InvalidField("value", "must be at most 10 bytes of UTF-8"));
        assertThat(invalidField(() -> entries.update(ALICE, new Entry("key", "éééééé"))))
                .isEqualTo(new InvalidField("value", "must be at most 10 bytes of UTF-8"));
        assertThat(entries.read(ALICE, "key").value()).isEqualTo("ééééé");
    }

    @Test
    void keepsToTheLengthOfAKeyEverywhere() {
        String longest = "é".repeat(256);
        entries.create(ALICE, new Entry(longest, ""));
        assertThat(entries.read(ALICE, longest).key()).isEqualTo(longest);

        InvalidField tooLong = new InvalidField("key", "must be at most 512 bytes of UTF-8");
        String longer = longest + "a";
        assertThat(invalidField(() -> entries.create(ALICE, new Entry(longer, ""))))
                .isEqualTo(tooLong);
        assertThat(invalidField(() -> entries.read(ALICE, longer))).isEqualTo(tooLong);
        assertThat(invalidField(() -> entries.update(ALICE, new Entry(longer, ""))))
                .isEqualTo(tooLong);
        assertThat(invalidField(() -> entries.delete(ALICE, longer))).isEqualTo(tooLong);
    }

    @Test
    void saysWhetherAKeyIsThere() {
        entries.create(ALICE, new Entry("key", "value"));

        assertThat(code(() -> entries.create(ALICE, new Entry("key", "value")))).isEqualTo(ErrorCode.KEY_EXISTS);
        assertThat(code(() -> entries.read(ALICE, "other"))).isEqualTo(ErrorCode.KEY_NOT_FOUND);
        assertThat(code(() -> entries.update(ALICE, new Entry("other", "")))).isEqualTo(ErrorCode.KEY_NOT_FOUND);
        assertThat(code(() -> entries.delete(ALICE, "other"))).isEqualTo(ErrorCode.KEY_NOT_FOUND);
    }

    private static ErrorCode code(ThrowingCallable call) {
        return catchThrowableOfType(Problem.class, call).code();
    }

    private static InvalidField invalidField(ThrowingCallable call) {
        return catchThrowableOfType(Problem.class, call).invalidFields().get(0);
    }
}
