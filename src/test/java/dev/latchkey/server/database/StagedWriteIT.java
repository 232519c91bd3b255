package dev.latchkey.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.codahale.metrics.MetricRegistry;
import dev.latchkey.server.threads.Stages;
import dev.latchkey.server.threads.Workers;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.TestDatabase;
import io.dropwizard.util.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** Writes for which no thread waits. */
final class StagedWriteIT {
    private static final int QUEUE = 10;
    private static final java.time.Duration MAX_WAIT = java.time.Duration.ofHours(1);

    private final DatabaseSettings settings = settings(QUEUE, Duration.minutes(1));
    private TestDatabase database = new TestDatabase(settings);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ThreadPoolExecutor pool = (ThreadPoolExecutor) Executors.newFixedThreadPool(2);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    // One at a time, and one more in its place while that waits for the disk.
    private final Workers workers = new Workers(pool, 1, 1000, timer);

    @AfterEach
    void close() throws Exception {
        threads.shutdownNow();
        pool.shutdownNow();
        timer.shutdownNow();
        database.close();
    }

    private static DatabaseSettings settings(int queue, Duration longestWait) {
        return new DatabaseSettings(Engine.SQLITE.newStore().url(), null, null, 2, queue, longestWait, null);
    }

    private void reopen(DatabaseSettings other) throws Exception {
        database.close();
        database = new TestDatabase(other);
    }

    private static Function<Handle, Integer> insert(String name) {
        return handle -> handle.createUpdate("""
                INSERT INTO users (id, username, username_key, email, email_key, password_hash, full_name, gender, created_at)
                VALUES (:id, :id, :id, :id, :id, '', '', '', 0)
                """).bind("id", name).execute();
    }

    /** What a worker gets that writes; the future ends when the worker has gone on. */
    private <T> CompletionStage<T> write(Function<Handle, T> change) {
        return Await.result(onWorker(() -> database.database().writeAsync(change)));
    }

    private <T> CompletableFuture<T> onWorker(Supplier<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        workers.execute(() -> Stages.complete(result, work));
        return result;
    }

    private static Throwable failure(CompletionStage<?> stage) {
        return catchThrowable(() -> Await.result(stage));
    }

    private static void awaitWaiting(MetricRegistry metrics, int count) {
        Await.until(() ->
                metrics.getGauges().get("database.writes.waiting").getValue().equals(count));
    }

    private long groups() {
        return database.metrics().timer("database.writes.group-duration").getCount();
    }

    private List<String> names() {
        return database.database().read(handle -> handle.createQuery("SELECT username FROM users ORDER BY username")
                .mapTo(String.class)
                .list());
    }

    /** A write of a thread of its own that keeps the others waiting until it is told to go on. */
    private final class Hold implements AutoCloseable {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch end = new CountDownLatch(1);
        private final Future<?> write;

        Hold() throws InterruptedException {
            this(change -> database.database().write(change));
        }

        Hold(Function<Function<Handle, Integer>, Integer> database) throws InterruptedException {
            write = threads.submit(() -> database.apply(handle -> {
                begun.countDown();
                awaited(end);
                return 0;
            }));
            begun.await();
        }

        @Override
        public void close() throws Exception {
            end.countDown();
            write.get();
        }
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Others than those of the database, in which nobody looks for late ones by himself. */
    private GroupCommit groups(int maxGroup, MetricRegistry metrics) throws Exception {
        Jdbi connections = Jdbi.create(() -> Engine.connect(settings));
        DatabaseFile file = DatabaseFile.open(settings.file(), "database.url");
        GroupTransactions transactions = new GroupTransactions(
                () -> SqliteWriter.open(connections, file), new LogCheckpoints(connections, metrics), metrics);
        return new GroupCommit(transactions, new WriteLimits(maxGroup, QUEUE, MAX_WAIT), metrics);
    }

    /** What a worker gets that writes to these. */
    private CompletionStage<Integer> write(GroupCommit groups, String name) {
        return Await.result(onWorker(() -> groups.writeAsync(insert(name), workers)));
    }

    /** Leaves so many threads less to the workers, until they are let go. */
    private CountDownLatch occupyThreads(int count) throws InterruptedException {
        CountDownLatch isWorking = new CountDownLatch(count);
        CountDownLatch work = new CountDownLatch(1);
        for (int i = 0; i < count; i++) {
            pool.execute(() -> {
                isWorking.countDown();
                awaited(work);
            });
        }
        isWorking.await();
        return work;
    }

    @Test
    void aFreeConnectionIsUsedAtOnce() {
        assertThat(write(insert("alice"))).isCompletedWithValue(1);
        assertThat(names()).containsExactly("alice");
    }

    @Test
    void oneWorkerCommitsAtOnceWhatHasWaitedTogether() throws Exception {
        List<CompletionStage<Integer>> writes = new ArrayList<>();
        long groupsBefore;
        try (Hold hold = new Hold()) {
            groupsBefore = groups();
            for (int i = 0; i < QUEUE; i++) {
                writes.add(write(insert("user" + i)));
            }
            assertThat(writes).noneMatch(write -> write.toCompletableFuture().isDone());
        }
        for (CompletionStage<Integer> write : writes) {
            assertThat(Await.result(write)).isEqualTo(1);
        }
        assertThat(groups() - groupsBefore)
                .as("the one that was held, and all others")
                .isEqualTo(2);
        assertThat(names()).hasSize(QUEUE);
        assertThat(pool.getLargestPoolSize()).isLessThanOrEqualTo(2);
    }

    @Test
    void aWorkerGoesOnWithWhatDependsOnIt() throws Exception {
        CompletableFuture<Workers> next;
        try (Hold hold = new Hold()) {
            next = write(insert("alice")).thenApply(rows -> Workers.current()).toCompletableFuture();
        }
        assertThat(Await.result(next)).isSameAs(workers);
    }

    @Test
    void oneThatFailsIsUndoneAloneAndFailsAsOthersDo() throws Exception {
        CompletionStage<Integer> good;
        CompletionStage<Integer> twice;
        CompletionStage<Integer> outOfMemory;
        try (Hold hold = new Hold()) {
            good = write(insert("alice"));
            twice = write(insert("alice"));
            outOfMemory = write(handle -> {
                throw new OutOfMemoryError("not really");
            });
        }
        assertThat(Await.result(good)).isEqualTo(1);
        assertThat(failure(twice)).isInstanceOf(ConstraintException.class);
        assertThat(failure(outOfMemory)).isInstanceOf(OutOfMemoryError.class);
        assertThat(failure(write(insert("alice")))).as("at once").isInstanceOf(ConstraintException.class);
    }

    @Test
    void refusesWhatDoesNotFitIntoTheQueue() throws Exception {
        CompletionStage<Integer> oneTooMany;
        try (Hold hold = new Hold()) {
            for (int i = 0; i < QUEUE; i++) {
                write(insert("user" + i));
            }
            oneTooMany = write(insert("one too many"));
            assertThat(failure(oneTooMany)).isInstanceOf(UnavailableException.class);
        }
        Await.until(() -> names().size() == QUEUE);
    }

    @Test
    void neverDoesLaterWhatItHasGivenUp() throws Exception {
        reopen(settings(QUEUE, Duration.milliseconds(200)));
        try (Hold hold = new Hold()) {
            assertThat(failure(write(insert("alice")))).isInstanceOf(UnavailableException.class);
        }
        database.addUser("bob");
        assertThat(names()).containsExactly("bob");
    }

    @Test
    void doesWhatWaitsBeforeItStops() throws Exception {
        List<CompletionStage<Integer>> writes = new ArrayList<>();
        Future<?> closing;
        try (Hold hold = new Hold()) {
            for (int i = 0; i < QUEUE; i++) {
                writes.add(write(insert("user" + i)));
            }
            closing = threads.submit(() -> {
                database.close();
                return null;
            });
        }
        closing.get();
        for (CompletionStage<Integer> write : writes) {
            assertThat(Await.result(write)).isEqualTo(1);
        }
        assertThat(failure(write(insert("too late")))).isInstanceOf(UnavailableException.class);
    }

    /** One that was given up after it was told that the connection is free, and before it could take it. */
    @Test
    void whatIsGivenUpHandsItsTurnOn() throws Exception {
        MetricRegistry metrics = new MetricRegistry();
        GroupCommit groups = groups(QUEUE, metrics);
        Hold hold = new Hold(groups::write);
        CompletionStage<Integer> first = write(groups, "alice");
        long between = System.nanoTime();
        CompletionStage<Integer> second = write(groups, "bob");
        CountDownLatch work = occupyThreads(2);
        hold.close();
        groups.giveUpLateOnes(between + MAX_WAIT.toNanos());
        work.countDown();
        assertThat(failure(first)).isInstanceOf(UnavailableException.class);
        assertThat(Await.result(second)).isEqualTo(1);
        assertThat(names()).containsExactly("bob");
        groups.stop();
    }

    /** A write that its caller could not take into the group which it has committed, while nobody else is awake. */
    @Test
    void whatDoesNotFitIntoTheGroupOfItsCallerIsDoneByIt() throws Exception {
        MetricRegistry metrics = new MetricRegistry();
        GroupCommit groups = groups(1, metrics);
        Hold hold = new Hold(groups::write);
        CompletionStage<Integer> first = write(groups, "alice");
        CountDownLatch work = occupyThreads(1);
        CountDownLatch isWorking = new CountDownLatch(1);
        CountDownLatch isFree = new CountDownLatch(1);
        CompletableFuture<CompletionStage<Integer>> second = onWorker(() -> {
            isWorking.countDown();
            awaited(isFree);
            return groups.writeAsync(insert("bob"), workers);
        });
        isWorking.await();
        hold.close();
        isFree.countDown();
        assertThat(Await.result(Await.result(second))).isEqualTo(1);
        work.countDown();
        assertThat(Await.result(first)).isEqualTo(1);
        groups.stop();
    }

    @Test
    void aThreadThatWaitsTakesTheTurnOfOneForWhichThereIsNoThread() throws Exception {
        MetricRegistry metrics = new MetricRegistry();
        GroupCommit groups = groups(QUEUE, metrics);
        Hold hold = new Hold(groups::write);
        CompletionStage<Integer> first = write(groups, "alice");
        CountDownLatch work = occupyThreads(2);
        Future<Integer> second = threads.submit(() -> groups.write(insert("bob")));
        awaitWaiting(metrics, 2);
        hold.close();
        assertThat(second.get()).isEqualTo(1);
        work.countDown();
        assertThat(Await.result(first)).isEqualTo(1);
        groups.stop();
    }

    @Test
    void whatDependsOnItLogsAsItsCaller() throws Exception {
        CompletionStage<String> id;
        try (Hold hold = new Hold()) {
            id = Await.result(onWorker(() -> {
                MDC.put("request_id", "7");
                try {
                    return database.database().writeAsync(insert("alice")).thenApply(rows -> MDC.get("request_id"));
                } finally {
                    MDC.clear();
                }
            }));
        }
        assertThat(Await.result(id)).isEqualTo("7");
        assertThat(Await.result(onWorker(() -> Optional.ofNullable(MDC.get("request_id")))))
                .isEmpty();
    }

    @Test
    void forgetsNoneOfManyOfThreadsAndWorkers() throws Exception {
        int each = 300;
        reopen(settings(10 * each, Duration.minutes(1)));
        List<Future<?>> written = new ArrayList<>();
        List<CompletableFuture<Integer>> writes = new ArrayList<>();
        for (int thread = 0; thread < 3; thread++) {
            String name = "thread" + thread + "-";
            written.add(threads.submit(() -> {
                for (int i = 0; i < each; i++) {
                    database.addUser(name + i);
                }
            }));
        }
        for (int i = 0; i < 3 * each; i++) {
            String name = "worker" + i;
            writes.add(
                    onWorker(() -> database.database().writeAsync(insert(name))).thenCompose(stage -> stage));
        }
        for (Future<?> thread : written) {
            thread.get();
        }
        for (CompletableFuture<Integer> write : writes) {
            assertThat(Await.result(write)).isEqualTo(1);
        }
        assertThat(names()).hasSize(6 * each);
    }

    @Test
    void whoIsNoWorkerWaits() {
        assertThat(database.database().writeAsync(insert("alice"))).isCompletedWithValue(1);
    }
}
