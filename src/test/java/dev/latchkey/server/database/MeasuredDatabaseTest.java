package dev.latchkey.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.server.metrics.Counts;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.TestDatabase;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reads and writes are counted by how they end. */
final class MeasuredDatabaseTest {

    @ParameterizedTest
    @EnumSource(Engine.class)
    void countsByOutcome(Engine engine) throws Exception {
        try (TestDatabase database = new TestDatabase(engine)) {
            MeasuredDatabase measured = MeasuredDatabase.of(database.database());
            RuntimeException refusal = new IllegalStateException("there is no such user");
            RuntimeException failure = new UnavailableException(new TimeoutException());

            assertThat(measured.<Integer>read(handle -> 1)).isEqualTo(1);
            measured.with(database.reserved()).<Integer>read(handle -> 1);
            assertThatThrownBy(() -> measured.read(handle -> {
                        throw failure;
                    }))
                    .isSameAs(failure);
            assertThat(measured.<Integer>write(handle -> 2)).isEqualTo(2);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> measured.write(handle -> {
                            throw refusal;
                        }))
                        .isSameAs(refusal);
            }

            assertThat(counted(measured.reads())).isEqualTo(Map.of("success", 2.0, "refused", 0.0, "unavailable", 1.0));
            assertThat(counted(measured.writes()))
                    .isEqualTo(Map.of("success", 1.0, "refused", 2.0, "unavailable", 0.0));
        }
    }

    private static Map<String, Double> counted(Counts<?> counts) {
        Map<String, Double> counted = new TreeMap<>();
        counts.byOutcome().forEach((outcome, count) -> counted.put(outcome, count.getAsDouble()));
        return counted;
    }
}
