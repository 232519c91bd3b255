package dev.latchkey.server.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.testing.Await;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class WorkersTest {
    private static final int MAX = 2;
    private static final int MAX_WAITING = 100_000;

    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    /** The names of the tasks that have begun, in this order. */
    private final List<String> begun = Collections.synchronizedList(new ArrayList<>());

    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void stop() {
        end.countDown();
        pool.shutdownNow();
        timer.shutdownNow();
    }

    private Workers workers() {
        return new Workers(pool, MAX, MAX_WAITING, timer);
    }

    /** As many as may run, however long they take. */
    private Workers patientWorkers() {
        timer.shutdownNow();
        return workers();
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A task that goes on until the end. */
    private Runnable held(String name) {
        return () -> {
            begun.add(name);
            awaited(end);
        };
    }

    private void awaitBegun(int count) {
        Await.until(() -> begun.size() == count);
    }

    @Test
    void runsAFewAtOnceAndTheOthersInTheirOrder() {
        Workers workers = patientWorkers();
        workers.execute(held("a"));
        awaitBegun(1);
        workers.execute(held("b"));
        awaitBegun(2);
        List.of("c", "d", "e").forEach(name -> workers.execute(held(name)));
        assertThat(workers.queueLength()).isEqualTo(3);
        assertThat(begun).containsExactly("a", "b");

        end.countDown();
        awaitBegun(5);
        assertThat(begun).containsExactlyInAnyOrder("a", "b", "c", "d", "e");
        assertThat(begun.indexOf("c")).isLessThan(begun.indexOf("e"));
        assertThat(workers.queueLength()).isZero();
    }

    @Test
    void runsTheRestOfATaskBeforeOthersAndWhatComesAfterItBehindThem() {
        timer.shutdownNow();
        Workers workers = new Workers(pool, 1, 1, timer);
        CountDownLatch next = new CountDownLatch(1);
        workers.execute(() -> {
            awaited(next);
            Workers.current().executeAfter(() -> begun.add("after"));
        });
        Await.until(() -> workers.queueLength() == 0);
        workers.execute(() -> begun.add("other"));
        workers.executeRest(() -> begun.add("rest"));
        workers.executeRest(() -> begun.add("rest of another"));
        assertThat(workers.queueLength()).as("of those that may be refused").isEqualTo(1);
        next.countDown();
        awaitBegun(4);
        assertThat(begun).containsExactly("rest", "rest of another", "other", "after");
        Await.until(() -> workers.running() == 0);
        assertThat(Workers.current()).isNull();
    }

    /** The task ran beyond the max, since it has waited, and so is not the one that goes on. */
    @Test
    void runsSoonWhatComesAfterATaskThoughOthersTakeLong() {
        ScheduledThreadPoolExecutor looks = new ScheduledThreadPoolExecutor(1);
        Workers workers = new Workers(pool, MAX, MAX_WAITING, looks);
        CountDownLatch wait = new CountDownLatch(1);
        workers.execute(() -> {
            try (Workers.Wait ignored = Workers.waiting()) {
                awaited(wait);
            }
            Workers.current().executeAfter(() -> begun.add("after"));
        });
        workers.execute(held("a"));
        workers.execute(held("b"));
        awaitBegun(MAX);
        // Nobody looks any more, as nothing waits.
        Await.until(() -> looks.getCompletedTaskCount() == looks.getTaskCount());
        wait.countDown();
        awaitBegun(MAX + 1);
        assertThat(begun).endsWith("after");
        looks.shutdownNow();
    }

    @Test
    void runsARestByItself() {
        workers().executeRest(() -> begun.add("rest"));
        awaitBegun(1);
    }

    @Test
    void runsARestAsSoonAsThereIsAThread() {
        AtomicInteger refusals = new AtomicInteger(2);
        Workers workers = new Workers(
                task -> {
                    if (refusals.getAndDecrement() > 0) {
                        throw new RejectedExecutionException();
                    }
                    pool.execute(task);
                },
                MAX,
                MAX_WAITING,
                timer);
        workers.executeRest(() -> begun.add("rest"));
        awaitBegun(1);
    }

    @Test
    void runsAnotherOneInPlaceOfATaskThatWaits() {
        Workers workers = patientWorkers();
        workers.execute(held("a"));
        CountDownLatch wait = new CountDownLatch(1);
        CountDownLatch waited = new CountDownLatch(1);
        workers.execute(() -> {
            begun.add("b");
            awaited(wait);
            try (Workers.Wait ignored = Workers.waiting()) {
                awaited(end);
            }
            waited.countDown();
        });
        awaitBegun(2);
        workers.execute(held("c"));
        workers.execute(held("d"));
        assertThat(workers.queueLength()).isEqualTo(2);

        wait.countDown();
        awaitBegun(3);
        assertThat(begun).endsWith("c");
        assertThat(workers.queueLength()).isEqualTo(1);
        end.countDown();
        awaited(waited);
        awaitBegun(4);
    }

    @Test
    void runsAsFewAsBeforeAfterSomeHaveWaited() {
        Workers workers = patientWorkers();
        int waiters = 5;
        CountDownLatch wait = new CountDownLatch(1);
        CountDownLatch waited = new CountDownLatch(waiters);
        for (int i = 0; i < waiters; i++) {
            workers.execute(() -> {
                try (Workers.Wait outer = Workers.waiting();
                        Workers.Wait inner = Workers.waiting()) {
                    begun.add("waiter");
                    awaited(wait);
                }
                waited.countDown();
            });
        }
        awaitBegun(waiters);
        IntStream.range(0, MAX + waiters).forEach(i -> workers.execute(held("a")));
        awaitBegun(waiters + MAX);

        wait.countDown();
        awaited(waited);
        Await.until(() -> workers.running() == MAX);
        assertThat(workers.queueLength()).isEqualTo(waiters);
        end.countDown();
        awaitBegun(waiters + MAX + waiters);
    }

    @Test
    void runsOneMoreWhenAllTakeLong() {
        Workers workers = workers();
        List.of("a", "b", "c", "d").forEach(name -> workers.execute(held(name)));
        awaitBegun(4);
        CountDownLatch quick = new CountDownLatch(1);
        workers.execute(quick::countDown);
        awaited(quick);
    }

    @Test
    void runsAsFewAsBeforeOnceThoseThatTookLongHaveEnded() {
        Workers workers = workers();
        IntStream.range(0, MAX + 3).forEach(i -> workers.execute(held("long")));
        awaitBegun(MAX + 3);
        timer.shutdownNow();
        CountDownLatch next = new CountDownLatch(1);
        IntStream.range(0, MAX + 3)
                .forEach(i -> workers.execute(() -> {
                    begun.add("later");
                    awaited(next);
                }));

        end.countDown();
        awaitBegun(MAX + 3 + MAX);
        Await.until(() -> workers.running() == MAX);
        assertThat(workers.queueLength()).isEqualTo(3);
        next.countDown();
        awaitBegun(2 * (MAX + 3));
    }

    @Test
    void runsAsFewAsBeforeAfterThePoolHadNoThread() {
        CountDownLatch hasThread = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        Workers workers = new Workers(
                work -> {
                    asked.incrementAndGet();
                    pool.execute(() -> {
                        awaited(hasThread);
                        work.run();
                    });
                },
                MAX,
                MAX_WAITING,
                timer);
        List<String> quick = Collections.synchronizedList(new ArrayList<>());
        IntStream.range(0, MAX + 3).forEach(i -> workers.execute(() -> quick.add("a")));
        Await.until(() -> asked.get() >= MAX + 3);
        timer.shutdownNow();
        hasThread.countDown();
        Await.until(() -> quick.size() == MAX + 3 && workers.running() == 0);

        IntStream.range(0, MAX + 3).forEach(i -> workers.execute(held("b")));
        awaitBegun(MAX);
        assertThat(workers.running()).isEqualTo(MAX);
    }

    @Test
    void refusesWhatThereIsNoThreadFor() {
        Workers workers = new Workers(
                task -> {
                    throw new RejectedExecutionException();
                },
                MAX,
                MAX_WAITING,
                timer);
        assertThatThrownBy(() -> workers.execute(held("a"))).isInstanceOf(RejectedExecutionException.class);
        assertThat(workers.queueLength()).isZero();
        assertThat(workers.running()).isZero();
    }

    @Test
    void refusesMoreThanMayWait() {
        timer.shutdownNow();
        Workers workers = new Workers(pool, MAX, 1, timer);
        workers.execute(held("a"));
        awaitBegun(1);
        workers.execute(held("b"));
        awaitBegun(2);
        workers.execute(held("c"));
        assertThatThrownBy(() -> workers.execute(held("d"))).isInstanceOf(RejectedExecutionException.class);
        end.countDown();
        awaitBegun(3);
        Await.until(() -> workers.running() == 0);
        workers.execute(held("e"));
        awaitBegun(4);
    }

    @Test
    void goesOnWhenThereIsNoThreadInPlaceOfOneThatWaits() {
        AtomicInteger threads = new AtomicInteger(MAX);
        Executor small = task -> {
            if (threads.getAndDecrement() <= 0) {
                throw new RejectedExecutionException();
            }
            pool.execute(task);
        };
        timer.shutdownNow();
        Workers workers = new Workers(small, MAX, MAX_WAITING, timer);
        workers.execute(held("a"));
        workers.execute(() -> {
            begun.add("b");
            try (Workers.Wait ignored = Workers.waiting()) {
                awaited(end);
            }
        });
        awaitBegun(2);
        assertThatThrownBy(() -> workers.execute(held("c"))).isInstanceOf(RejectedExecutionException.class);
        end.countDown();
        Await.until(() -> workers.running() == 0);
    }

    @Test
    void forgetsNoTaskOfManyThreads() {
        Workers workers = patientWorkers();
        int each = 20_000;
        CountDownLatch done = new CountDownLatch(4 * each);
        for (int thread = 0; thread < 4; thread++) {
            pool.execute(() -> {
                for (int i = 0; i < each; i++) {
                    int kind = i % 5;
                    workers.execute(() -> {
                        switch (kind) {
                            case 0 -> workers.executeRest(done::countDown);
                            case 1 -> workers.executeAfter(done::countDown);
                            default -> {
                                try (Workers.Wait ignored = kind == 2 ? Workers.waiting() : null) {
                                    done.countDown();
                                }
                            }
                        }
                    });
                }
            });
        }
        awaited(done);
        Await.until(() -> workers.running() == 0);
        assertThat(workers.queueLength()).isZero();
    }
}
