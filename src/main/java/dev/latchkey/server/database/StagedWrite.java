package dev.latchkey.server.database;

import dev.latchkey.server.threads.Stages;
import dev.latchkey.server.threads.Workers;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.slf4j.MDC;

/** A write for which no thread waits: workers go on with what depends on it. */
final class StagedWrite<T> implements PendingWrite.Waiter {
    private final PendingWrite<T> write;
    private final Workers workers;
    private final Runnable turn;
    private final Thread caller = Thread.currentThread();
    private final CompletableFuture<T> stage = new CompletableFuture<>();
    // What depends on it logs as the caller does.
    private final Map<String, String> logged = MDC.getCopyOfContextMap();
    // For the caller alone.
    private boolean isLeft;
    private boolean isWoken;

    /** {@code turn} tries to get the connection, for this write and others. */
    StagedWrite(Function<Handle, T> change, long maxWaitNanos, Workers workers, Runnable turn) {
        this.write = new PendingWrite<>(change, maxWaitNanos, this);
        this.workers = workers;
        this.turn = turn;
    }

    PendingWrite<T> write() {
        return write;
    }

    @Override
    public void wake() {
        if (isLeft || Thread.currentThread() != caller) {
            workers.executeRest(this::goOn);
        } else {
            // By what the caller does itself: it goes on when it leaves.
            isWoken = true;
        }
    }

    @Override
    public boolean isThread() {
        return false;
    }

    private void goOn() {
        if (logged != null) {
            MDC.setContextMap(logged);
        }
        try {
            if (!completeStage()) {
                turn.run();
            }
        } finally {
            MDC.clear();
        }
    }

    private boolean completeStage() {
        if (!write.isCompleted()) {
            return false;
        }
        Stages.complete(stage, write::result);
        return true;
    }

    /** The caller leaves; what it gets is complete if the write is. */
    CompletionStage<T> leave() {
        isLeft = true;
        if (!completeStage() && isWoken) {
            // Its group was full before this write.
            turn.run();
        }
        return stage;
    }
}
