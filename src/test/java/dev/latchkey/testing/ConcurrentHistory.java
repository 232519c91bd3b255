package dev.latchkey.testing;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * What several threads saw of a store that they used at once, and whether it is linearizable: whether each operation can
 * have happened at one moment between its call and its return.
 *
 * <p>So of several insertions of one key one succeeds, whoever comes after an acknowledged write sees it, and what is there
 * in the end is what some order of the operations leaves.
 *
 * @see <a href="https://doi.org/10.1006/jpdc.1993.1015">Wing and Gong, Testing and Verifying Concurrent Objects</a>
 */
public final class ConcurrentHistory<S, M> {
    private final AtomicLong clock = new AtomicLong();
    private final Queue<Call<S, M>> calls = new ConcurrentLinkedQueue<>();
    private final S store;

    private ConcurrentHistory(S store) {
        this.store = store;
    }

    private record Call<S, M>(long start, long end, Operation<S, M> operation, Object result) {
        @Override
        public String toString() {
            return start + "-" + end + " " + operation + " -> " + result;
        }
    }

    /** Where the search is: what has happened so far, and what is there then. */
    private record Progress<M>(BitSet happened, M state) {}

    /**
     * Deals the operations out to so many threads; when all have ended, does those of {@code after}, which should show
     * everything that is there.
     */
    public static <S, M, O extends Operation<S, M>> void check(
            S store, M empty, int threads, List<O> operations, List<O> after) throws Exception {
        ConcurrentHistory<S, M> history = new ConcurrentHistory<>(store);
        history.record(threads, operations);
        after.forEach(history::call);
        Map<Object, List<Call<S, M>>> bySubject = history.calls.stream()
                .collect(Collectors.groupingBy(call -> call.operation().subject()));
        bySubject.values().forEach(calls -> {
            if (!isLinearizable(calls, empty)) {
                throw new AssertionError("No order of these explains what each returned:\n  "
                        + calls.stream().map(Call::toString).collect(Collectors.joining("\n  ")));
            }
        });
    }

    private void record(int threads, List<? extends Operation<S, M>> operations) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            CyclicBarrier start = new CyclicBarrier(threads);
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                tasks.add(() -> {
                    start.await();
                    for (int j = thread; j < operations.size(); j += threads) {
                        call(operations.get(j));
                    }
                    return null;
                });
            }
            for (Future<Void> done : pool.invokeAll(tasks)) {
                done.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private void call(Operation<S, M> operation) {
        long start = clock.getAndIncrement();
        Object result = operation.run(store);
        calls.add(new Call<>(start, clock.getAndIncrement(), operation, result));
    }

    private static <S, M> boolean isLinearizable(List<Call<S, M>> calls, M empty) {
        return canGoOn(calls, new Progress<>(new BitSet(), empty), new HashSet<>());
    }

    private static <S, M> boolean canGoOn(List<Call<S, M>> calls, Progress<M> progress, Set<Progress<M>> deadEnds) {
        if (progress.happened().cardinality() == calls.size()) {
            return true;
        }
        if (deadEnds.contains(progress)) {
            return false;
        }
        // Next is one that was called before any other of the remaining returned.
        long firstReturn = Long.MAX_VALUE;
        for (int i = progress.happened().nextClearBit(0);
                i < calls.size();
                i = progress.happened().nextClearBit(i + 1)) {
            firstReturn = Math.min(firstReturn, calls.get(i).end());
        }
        for (int i = progress.happened().nextClearBit(0);
                i < calls.size();
                i = progress.happened().nextClearBit(i + 1)) {
            Call<S, M> call = calls.get(i);
            var expected = call.operation().expected(progress.state());
            if (call.start() < firstReturn && expected.result().equals(call.result())) {
                BitSet happened = (BitSet) progress.happened().clone();
                happened.set(i);
                if (canGoOn(calls, new Progress<>(happened, expected.after()), deadEnds)) {
                    return true;
                }
            }
        }
        deadEnds.add(progress);
        return false;
    }
}
