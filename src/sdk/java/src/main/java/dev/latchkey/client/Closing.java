package dev.latchkey.client;

import java.util.Optional;

/** Ends what one thread waits for when another one closes it. */
final class Closing {
    private boolean isClosed;

    /** Null if there is none. */
    private Thread worker;

    private boolean isInterrupted;

    /** Work that ends if its thread is interrupted. */
    @FunctionalInterface
    interface Work<T> {
        Optional<T> run() throws InterruptedException;
    }

    /** The result of the work, which only one thread at a time does; empty if it is closed before or meanwhile. */
    <T> Optional<T> unlessClosed(Work<T> work) throws InterruptedException {
        synchronized (this) {
            if (isClosed) {
                return Optional.empty();
            }
            worker = Thread.currentThread();
        }
        try {
            Optional<T> result = work.run();
            return isClosed() ? Optional.empty() : result;
        } catch (InterruptedException | RuntimeException e) {
            if (isClosed()) {
                return Optional.empty();
            }
            throw e;
        } finally {
            finish();
        }
    }

    private synchronized void finish() {
        worker = null;
        if (isInterrupted) {
            // It was not meant for what the thread does next.
            Thread.interrupted();
            isInterrupted = false;
        }
    }

    synchronized boolean isClosed() {
        return isClosed;
    }

    synchronized void close() {
        isClosed = true;
        if (worker != null && worker != Thread.currentThread()) {
            isInterrupted = true;
            worker.interrupt();
        }
    }
}
