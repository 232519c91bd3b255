package dev.latchkey.testing;

import dev.latchkey.testing.Ledger.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** Clients that all work at once, each in a thread of its own, until they are told to stop. */
public final class Load implements AutoCloseable {
    private final List<Thread> threads = new ArrayList<>();
    private Throwable failure;
    private int working;
    private volatile boolean isOver;

    /** {@code step} lets a client do one thing, and says whether it goes on. */
    public Load(List<ModelClient> clients, Predicate<ModelClient> step) {
        working = clients.size();
        for (ModelClient client : clients) {
            Thread thread = new Thread(() -> work(client, step), "client");
            threads.add(thread);
            thread.start();
        }
    }

    /** Clients of a server that must answer every call, and every read with success. */
    public static Load on(Api api, List<ModelClient> clients) {
        return new Load(clients, client -> {
            Outcome outcome = client.step(api);
            if (outcome == Outcome.CUT_OFF || outcome == Outcome.READ_REFUSED) {
                throw new AssertionError(outcome);
            }
            return true;
        });
    }

    public static int acknowledged(List<ModelClient> clients) {
        return clients.stream().mapToInt(ModelClient::acknowledged).sum();
    }

    static int refused(List<ModelClient> clients) {
        return clients.stream().mapToInt(ModelClient::refused).sum();
    }

    private void work(ModelClient client, Predicate<ModelClient> step) {
        Throwable thrown = null;
        try {
            while (!isOver && step.test(client)) {
                tell();
            }
        } catch (RuntimeException | Error e) {
            thrown = e;
        }
        synchronized (this) {
            working--;
            failure = failure == null ? thrown : failure;
            isOver |= failure != null;
            notifyAll();
        }
    }

    private synchronized void tell() {
        notifyAll();
    }

    /** Waits until it is so, or all clients have stopped. */
    public synchronized void await(BooleanSupplier condition) throws InterruptedException {
        while (failure == null && working > 0 && !condition.getAsBoolean()) {
            wait();
        }
        rethrow();
    }

    /** Waits until each client, or all together, got so many more acknowledgements. */
    public void awaitAcknowledged(List<ModelClient> clients, int more) throws InterruptedException {
        int wanted = acknowledged(clients) + more;
        await(() -> acknowledged(clients) >= wanted);
    }

    /** Waits until each client had a write refused since now. */
    public void awaitRefusalOfEach(List<ModelClient> clients) throws InterruptedException {
        List<Integer> before = clients.stream().map(ModelClient::refused).toList();
        await(() -> {
            for (int i = 0; i < clients.size(); i++) {
                if (clients.get(i).refused() <= before.get(i)) {
                    return false;
                }
            }
            return true;
        });
    }

    /** Lets every client finish what it does, and fails if one has failed. */
    public void stop() throws InterruptedException {
        isOver = true;
        for (Thread thread : threads) {
            thread.join();
        }
        rethrow();
    }

    private synchronized void rethrow() {
        if (failure != null) {
            throw new AssertionError("A client failed", failure);
        }
    }

    @Override
    public void close() throws InterruptedException {
        isOver = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
