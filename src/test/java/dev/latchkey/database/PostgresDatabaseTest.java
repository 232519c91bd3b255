package dev.latchkey.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.Engine;
import dev.latchkey.TestDatabase;
import dev.latchkey.problem.ErrorCode;
import dev.latchkey.problem.Problem;
import io.dropwizard.util.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class PostgresDatabaseTest {
    private static final String QUERY = "SELECT 1";

    @Test
    @Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aDatabaseThatFallsSilentIsUnavailable() throws Exception {
        try (Network network = new Network(Engine.POSTGRES.newDatabase());
                TestDatabase database = new TestDatabase(network.settings(Duration.seconds(1)))) {
            assertThat(select(database)).isEqualTo(1);

            network.swallowEverything();
            Problem problem = catchThrowableOfType(Problem.class, () -> select(database));
            assertThat(problem.code()).isEqualTo(ErrorCode.UNAVAILABLE);

            network.carryAgain();
            assertThat(select(database)).isEqualTo(1);
        }
    }

    private static int select(TestDatabase database) {
        return database.database()
                .read(handle -> handle.createQuery(QUERY).mapTo(int.class).one());
    }
}
