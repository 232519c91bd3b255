package dev.latchkey.server.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

final class StagesTest {
    private final IllegalStateException failed = new IllegalStateException("failed");

    @Test
    void passesAResultOn() {
        CompletableFuture<Integer> stage = new CompletableFuture<>();
        CompletableFuture<Integer> next =
                Stages.then(stage, result -> result.get() + 1).toCompletableFuture();
        assertThat(next).isNotDone();
        stage.complete(1);
        assertThat(next).isCompletedWithValue(2);
    }

    @Test
    void passesAFailureOnAsItIs() {
        CompletableFuture<Integer> last = Stages.then(
                        Stages.then(
                                Stages.of(() -> {
                                    throw failed;
                                }),
                                result -> result.get()),
                        result -> (Integer) result.get())
                .toCompletableFuture();
        // Which is the failure of the stage itself; who waits for it always gets a wrapped one.
        CompletableFuture<Throwable> seen = last.handle((value, failure) -> failure);
        assertThat(seen).isCompletedWithValue(failed);
    }

    @Test
    void passesAnErrorOnAsWell() {
        OutOfMemoryError error = new OutOfMemoryError("not really");
        CompletableFuture<Object> last = Stages.then(Stages.of(() -> 1), result -> {
                    throw error;
                })
                .toCompletableFuture();
        assertThat(last).isCompletedExceptionally();
        assertThatThrownBy(last::join).hasCause(error);
    }

    @Test
    void letsTheNextOneCatchAFailure() {
        assertThat(Stages.then(CompletableFuture.failedStage(failed), result -> {
                            try {
                                return result.get();
                            } catch (IllegalStateException e) {
                                return e.getMessage();
                            }
                        })
                        .toCompletableFuture())
                .isCompletedWithValue("failed");
    }

    @Test
    void wrapsOnlyWhatCannotBeThrownOtherwise() {
        IOException checked = new IOException("no disk");
        assertThat(Stages.then(CompletableFuture.failedStage(checked), result -> {
                            try {
                                return result.get();
                            } catch (CompletionException e) {
                                return e.getCause();
                            }
                        })
                        .toCompletableFuture())
                .isCompletedWithValue(checked);
    }
}
