package dev.latchkey.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.TestDatabase;
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
        entries = new Entries(new EntryStore(database.database()), Clock.systemUTC());
    }

    @AfterEach
    void close() throws Exception {
        database.close();
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
}
