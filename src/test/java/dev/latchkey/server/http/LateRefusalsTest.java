package dev.latchkey.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LateRefusalsTest {
    private final Time time = new Time();
    private final LateRefusals refusals = new LateRefusals(time);

    /** Keeps what is to be run after the delay. */
    private static final class Time extends ScheduledThreadPoolExecutor {
        private final List<Runnable> due = new ArrayList<>();
        private boolean isStopped;

        Time() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            if (isStopped) {
                throw new RejectedExecutionException();
            }
            assertThat(unit.toMillis(delay)).isEqualTo(LateRefusals.DELAY.toMillis());
            due.add(task);
            return null;
        }

        private void pass() {
            List<Runnable> tasks = List.copyOf(due);
            due.clear();
            tasks.forEach(Runnable::run);
        }
    }

    @AfterEach
    void close() {
        time.shutdownNow();
    }

    private CompletableFuture<String> of(Problem refusal) {
        return of(LateRefusals.MAX_BODY_BYTES, refusal);
    }

    private CompletableFuture<String> of(long bodyBytes, Problem refusal) {
        return refusals.<String>of(bodyBytes, () -> {
                    throw refusal;
                })
                .toCompletableFuture();
    }

    @Test
    void aResultIsThereAtOnce() {
        assertThat(refusals.of(0, () -> "result").toCompletableFuture()).isCompletedWithValue("result");
    }

    @Test
    void whatALimitRefusesFailsAfterTheDelay() {
        Problem refusal = Problem.tooManyRequests(7);
        CompletableFuture<String> stage = of(refusal);
        assertThat(stage).isNotDone();
        time.pass();
        assertThatThrownBy(stage::join).hasCause(refusal);
    }

    @Test
    void anythingElseFailsAtOnce() {
        Problem wrong = new Problem(ErrorCode.INVALID_CREDENTIALS);
        assertThatThrownBy(() -> of(wrong)).isSameAs(wrong);
        assertThat(time.due).isEmpty();
    }

    @Test
    void onlySoManyWaitAndTheNextOnesFailAtOnce() {
        Problem refusal = Problem.tooManyRequests(7);
        for (int i = 0; i < LateRefusals.MAX_WAITING; i++) {
            assertThat(of(refusal)).isNotDone();
        }
        assertThatThrownBy(() -> of(refusal)).isSameAs(refusal);
        time.pass();
        assertThat(of(refusal)).isNotDone();
    }

    @Test
    void whatHoldsMemoryForItsBodyFailsAtOnce() {
        Problem refusal = Problem.tooManyRequests(7);
        assertThatThrownBy(() -> of(LateRefusals.MAX_BODY_BYTES + 1, refusal)).isSameAs(refusal);
        assertThatThrownBy(() -> of(-1, refusal)).isSameAs(refusal);
        assertThat(time.due).isEmpty();
    }

    @Test
    void whileTheServerStopsItFailsAtOnce() {
        time.isStopped = true;
        Problem refusal = Problem.tooManyRequests(7);
        for (int i = 0; i <= LateRefusals.MAX_WAITING; i++) {
            assertThatThrownBy(() -> of(refusal)).isSameAs(refusal);
        }
        time.isStopped = false;
        assertThat(of(refusal)).as("with a place for it").isNotDone();
    }
}
