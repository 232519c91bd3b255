package dev.latchkey.server.threads;

import com.google.common.base.Throwables;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** Stages whose failures stay what they are: those of {@link CompletionStage} wrap them, and the next stage would have to look into it. */
public final class Stages {
    private Stages() {}

    /** A complete stage with the result of {@code work}, or what it threw. */
    public static <T> CompletionStage<T> of(Supplier<T> work) {
        CompletableFuture<T> stage = new CompletableFuture<>();
        complete(stage, work);
        return stage;
    }

    /** Does {@code next} when {@code stage} is complete. What it is given returns the result of the stage, or throws its failure. */
    public static <T, R> CompletionStage<R> then(CompletionStage<T> stage, Function<Supplier<T>, R> next) {
        CompletableFuture<R> result = new CompletableFuture<>();
        stage.whenComplete((value, failure) -> complete(result, () -> next.apply(() -> valueOf(value, failure))));
        return result;
    }

    /** Completes {@code stage} with the result of {@code work}, or what it threw. */
    public static <T> void complete(CompletableFuture<T> stage, Supplier<T> work) {
        T value;
        try {
            value = work.get();
        } catch (RuntimeException | Error failure) {
            stage.completeExceptionally(failure);
            return;
        }
        stage.complete(value);
    }

    private static <T> T valueOf(T value, Throwable failure) {
        if (failure != null) {
            Throwables.throwIfUnchecked(failure);
            throw new CompletionException(failure);
        }
        return value;
    }
}
