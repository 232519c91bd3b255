package dev.latchkey.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.codahale.metrics.MetricRegistry;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.TestDatabase;
import io.dropwizard.util.Duration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class GroupCommitIT {
    private static final int QUEUE = 10;

    private final DatabaseSettings settings = settings(Duration.minutes(1));
    private TestDatabase database = new TestDatabase(settings);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() throws Exception {
        threads.shutdownNow();
        database.close();
    }

    private static DatabaseSettings settings(Duration longestWait) {
        return new DatabaseSettings(Engine.SQLITE.newStore().url(), null, null, 2, QUEUE, longestWait, null);
    }

    /** From now on a write that waits gives up soon. */
    private void loseThePatience() throws Exception {
        database.close();
        database = new TestDatabase(settings(Duration.seconds(2)));
    }

    /** A write that keeps the others waiting until it is told to go on. */
    private final class Hold implements AutoCloseable {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch end = new CountDownLatch(1);
        private final Future<?> write = write(handle -> {
            begun.countDown();
            awaited(end);
            return null;
        });

        Hold() throws InterruptedException {
            begun.await();
        }

        @Override
        public void close() throws Exception {
            end.countDown();
            write.get();
        }
    }

    @Test
    void commitsAtOnceWhatHasWaitedTogether() throws Exception {
        List<Future<?>> writes = new ArrayList<>();
        long groupsBefore;
        try (Hold hold = new Hold()) {
            groupsBefore = groups();
            for (int i = 0; i < QUEUE; i++) {
                writes.add(write(insert("user" + i)));
            }
            awaitWaiting(QUEUE);
        }
        for (Future<?> write : writes) {
            assertThat(write.get()).isEqualTo(1);
        }
        assertThat(groups() - groupsBefore)
                .as("the one that was held, and all others")
                .isEqualTo(2);
        assertThat(users()).isEqualTo(QUEUE);
    }

    @Test
    void undoesAloneWhatFailsInAGroup() throws Exception {
        Future<?> good;
        Future<?> twice;
        Future<?> halfWay;
        Future<?> outOfMemory;
        Future<?> alsoGood;
        try (Hold hold = new Hold()) {
            good = writeBehind(0, insert("alice"));
            twice = writeBehind(1, insert("alice"));
            halfWay = writeBehind(2, insert("bob").andThen(rows -> {
                throw new IllegalStateException("half way");
            }));
            outOfMemory = writeBehind(3, handle -> {
                throw new OutOfMemoryError("not really");
            });
            alsoGood = writeBehind(4, insert("carol"));
        }
        assertThat(good.get()).isEqualTo(1);
        assertThat(alsoGood.get()).isEqualTo(1);
        assertThat(failure(twice)).isInstanceOf(ConstraintException.class);
        assertThat(failure(halfWay)).isInstanceOf(IllegalStateException.class);
        assertThat(failure(outOfMemory)).isInstanceOf(OutOfMemoryError.class);
        assertThat(names()).containsExactly("alice", "carol");
    }

    @Test
    void acknowledgesNothingOfAGroupThatIsLost() throws Exception {
        Future<?> before;
        Future<?> culprit;
        Future<?> after;
        try (Hold hold = new Hold()) {
            before = writeBehind(0, insert("alice"));
            // What SQLite does by itself when the disk fails.
            culprit = writeBehind(1, handle -> {
                handle.execute("ROLLBACK");
                throw new IllegalStateException("the disk fails");
            });
            after = writeBehind(2, insert("bob"));
        }
        assertThat(failure(culprit)).isInstanceOf(IllegalStateException.class);
        assertThat(failure(before)).isNotNull();
        assertThat(failure(after)).isNotNull();
        assertThat(names()).isEmpty();

        database.addUser("carol");
        assertThat(names()).containsExactly("carol");
    }

    @Test
    void acknowledgesNothingThatWasCommittedToALostFile() throws Exception {
        Path file = Path.of(settings.url().substring("jdbc:sqlite:".length()));
        Hold hold = new Hold();
        Future<?> write = writeBehind(0, insert("alice"));
        Files.move(file, file.resolveSibling("elsewhere"));
        assertThatThrownBy(hold::close).hasCauseInstanceOf(UnavailableException.class);
        assertThat(failure(write)).isInstanceOf(UnavailableException.class);
        Files.move(file.resolveSibling("elsewhere"), file);
        database.addUser("bob");
    }

    @Test
    void refusesWhatDoesNotFitIntoTheQueue() throws Exception {
        List<Future<?>> writes = new ArrayList<>();
        try (Hold hold = new Hold()) {
            for (int i = 0; i < QUEUE; i++) {
                writes.add(writeBehind(i, insert("user" + i)));
            }
            assertThat(unavailable(insert("one too many"))).isTrue();
        }
        for (Future<?> write : writes) {
            write.get();
        }
        assertThat(users()).isEqualTo(QUEUE);
    }

    @Test
    void neverDoesLaterWhatItHasGivenUp() throws Exception {
        loseThePatience();
        try (Hold hold = new Hold()) {
            assertThat(unavailable(insert("alice"))).isTrue();
        }
        database.addUser("bob");
        assertThat(names()).containsExactly("bob");
    }

    @Test
    void waitsForWhatHasBegunHoweverLongItTakes() throws Exception {
        loseThePatience();
        Thread caller = Thread.currentThread();
        Hold hold = new Hold();
        // In one group with that of the caller, and before it.
        Future<?> slow = writeBehind(0, handle -> {
            // Without a time limit, so the limit is behind it.
            Await.until(() -> caller.getState() == Thread.State.WAITING);
            return null;
        });
        Future<?> release = threads.submit(() -> {
            awaitWaiting(2);
            hold.close();
            return null;
        });
        int rows = database.database().write(insert("alice"));
        assertThat(rows).isEqualTo(1);
        slow.get();
        release.get();
    }

    @Test
    void whoGivesUpHandsItsTurnOn() throws Exception {
        loseThePatience();
        Hold hold = new Hold();
        Future<?> first = writeBehind(0, insert("alice"));
        assertThat(failure(first)).as("it has waited for too long").isInstanceOf(UnavailableException.class);
        Future<?> second = writeBehind(0, insert("bob"));
        hold.close();
        assertThat(second.get()).isEqualTo(1);
        assertThat(names()).containsExactly("bob");
    }

    @Test
    void anInterruptedThreadStillLearnsWhatBecameOfItsWrite() throws Exception {
        Hold hold = new Hold();
        Future<?> release = threads.submit(() -> {
            awaitWaiting(1);
            hold.close();
            return null;
        });
        Thread.currentThread().interrupt();
        int rows = database.database().write(insert("alice"));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(rows).isEqualTo(1);
        release.get();
    }

    @Test
    void doesWhatWaitsBeforeItStops() throws Exception {
        List<Future<?>> writes = new ArrayList<>();
        Future<?> closing;
        try (Hold hold = new Hold()) {
            for (int i = 0; i < QUEUE; i++) {
                writes.add(writeBehind(i, insert("user" + i)));
            }
            closing = threads.submit(() -> {
                database.close();
                return null;
            });
        }
        closing.get();
        for (Future<?> write : writes) {
            assertThat(write.get()).isEqualTo(1);
        }
        assertThat(unavailable(insert("too late"))).isTrue();
    }

    @Test
    void keepsNoStatementThatTheDriverHasThrownAway() {
        Function<Handle, Integer> tooLarge =
                handle -> handle.execute("UPDATE users SET full_name = zeroblob(?)", 2_000_000_000);
        database.addUser("alice");
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> database.database().write(tooLarge)).hasStackTraceContaining("TOOBIG");
        }
        assertThat(names()).containsExactly("alice");
    }

    @Test
    void rowsThatNobodyFetchesDoNotKeepTheLogInUse() throws Exception {
        database.database().write(handle -> handle.execute("PRAGMA max_page_count = 100000"));
        database.addUser("alice");

        int pages = database.database().write(handle -> handle.createQuery("PRAGMA max_page_count")
                .mapTo(int.class)
                .one());
        assertThat(pages).as("still the same connection").isEqualTo(100_000);
    }

    @Test
    void everyoneIsAnsweredEvenIfTheConnectionCannotBeClosed() throws Exception {
        Jdbi connections = Jdbi.create(new ConnectionFactory() {
            @Override
            public Connection openConnection() throws SQLException {
                return Engine.connect(settings);
            }

            @Override
            public void closeConnection(Connection connection) throws SQLException {
                connection.close();
                throw new SQLException("the disk fails");
            }
        });
        DatabaseFile file = DatabaseFile.open(settings.file(), "database.url");
        MetricRegistry metrics = new MetricRegistry();
        GroupTransactions transactions = new GroupTransactions(
                () -> SqliteWriter.open(connections, file), new LogCheckpoints(connections, metrics), metrics);
        GroupCommit groups =
                new GroupCommit(transactions, new WriteLimits(QUEUE, QUEUE, java.time.Duration.ofSeconds(5)), metrics);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Future<?> hold = threads.submit(() -> groups.write(handle -> {
            begun.countDown();
            awaited(end);
            return null;
        }));
        begun.await();
        Future<?> innocent = threads.submit(() -> groups.write(insert("alice")));
        awaitWaiting(metrics, 1);
        Future<?> culprit = threads.submit(() -> groups.write(handle -> {
            handle.execute("ROLLBACK");
            throw new IllegalStateException("the disk fails");
        }));
        awaitWaiting(metrics, 2);
        end.countDown();
        hold.get();

        assertThat(failure(culprit)).isInstanceOf(IllegalStateException.class);
        assertThat(failure(innocent)).isInstanceOf(IllegalStateException.class);
        assertThat(groups.write(insert("bob"))).isEqualTo(1);
        assertThat(names()).containsExactly("bob");
    }

    @Test
    void whoGivesUpIsStillInterrupted() throws Exception {
        loseThePatience();
        try (Hold hold = new Hold()) {
            Thread.currentThread().interrupt();
            assertThat(unavailable(insert("alice"))).isTrue();
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private static Function<Handle, Integer> insert(String name) {
        return handle -> handle.createUpdate("""
                INSERT INTO users (id, username, username_key, email, email_key, password_hash, full_name, gender, created_at)
                VALUES (:id, :id, :id, :id, :id, '', '', '', 0)
                """).bind("id", name).execute();
    }

    private <T> Future<?> write(Function<Handle, T> change) {
        return threads.submit(() -> database.database().write(change));
    }

    /** A write that comes into the queue as the next after {@code others}. */
    private <T> Future<?> writeBehind(int others, Function<Handle, T> change) {
        awaitWaiting(others);
        Future<?> write = write(change);
        awaitWaiting(others + 1);
        return write;
    }

    private void awaitWaiting(int count) {
        awaitWaiting(database.metrics(), count);
    }

    private static void awaitWaiting(MetricRegistry metrics, int count) {
        Await.until(() ->
                metrics.getGauges().get("database.writes.waiting").getValue().equals(count));
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean unavailable(Function<Handle, Integer> change) {
        UnavailableException problem = catchThrowableOfType(
                UnavailableException.class, () -> database.database().write(change));
        return problem != null;
    }

    private static Throwable failure(Future<?> write) {
        return catchThrowableOfType(ExecutionException.class, write::get).getCause();
    }

    private long groups() {
        return database.metrics().timer("database.writes.group-duration").getCount();
    }

    private int users() {
        return names().size();
    }

    private List<String> names() {
        return database.database().read(handle -> handle.createQuery("SELECT username FROM users ORDER BY username")
                .mapTo(String.class)
                .list());
    }
}
