package dev.latchkey.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.testing.Engine;
import dev.latchkey.testing.TestDatabase;
import io.dropwizard.util.Duration;
import java.sql.Connection;
import java.sql.Statement;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What PostgreSQL undoes is done again; what may have been done is not. */
final class PostgresRetryIT {
    private static final String DIE = "SELECT pg_terminate_backend(pg_backend_pid())";

    private final DatabaseSettings settings = new DatabaseSettings(
            Engine.POSTGRES.newDatabase().url(), "postgres", null, 2, 0, Duration.seconds(3), null);
    private final TestDatabase database = new TestDatabase(settings);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CyclicBarrier bothAreInside = new CyclicBarrier(2);
    private final AtomicInteger attempts = new AtomicInteger();

    @BeforeEach
    void addUsers() {
        database.addUser("alice");
        database.addUser("bob");
    }

    @AfterEach
    void close() throws Exception {
        threads.shutdownNow();
        database.close();
    }

    @Test
    void ofADeadlockBothGetThrough() throws Exception {
        Future<Integer> one = threads.submit(() -> growOlder("alice", "bob"));
        Future<Integer> other = threads.submit(() -> growOlder("bob", "alice"));

        assertThat(one.get() + other.get())
                .as("attempts; PostgreSQL may undo one more than it has to")
                .isGreaterThanOrEqualTo(3);
        assertThat(age("alice")).isEqualTo(2);
        assertThat(age("bob")).isEqualTo(2);
    }

    private int growOlder(String first, String second) {
        AtomicInteger ownAttempts = new AtomicInteger();
        return database.database().write(handle -> {
            growOlder(handle, first);
            if (ownAttempts.incrementAndGet() == 1) {
                await(bothAreInside);
            }
            growOlder(handle, second);
            return ownAttempts.get();
        });
    }

    @Test
    void ofTwoThatCannotBeSerializedBothGetThrough() throws Exception {
        Future<Integer> one = threads.submit(() -> countOlder("alice"));
        Future<Integer> other = threads.submit(() -> countOlder("bob"));

        assertThat(one.get() + other.get())
                .as("attempts; PostgreSQL may undo one more than it has to")
                .isGreaterThanOrEqualTo(3);
        assertThat(age("alice") + age("bob"))
                .as("the second has counted the first")
                .isEqualTo(1);
    }

    /** Sets the age of a user to the number of those who have one. */
    private int countOlder(String id) {
        AtomicInteger ownAttempts = new AtomicInteger();
        return database.database().write(handle -> {
            handle.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
            int older = handle.createQuery("SELECT count(*) FROM users WHERE age IS NOT NULL")
                    .mapTo(int.class)
                    .one();
            if (ownAttempts.incrementAndGet() == 1) {
                await(bothAreInside);
            }
            handle.createUpdate("UPDATE users SET age = :age WHERE id = :id")
                    .bind("age", older)
                    .bind("id", id)
                    .execute();
            return ownAttempts.get();
        });
    }

    @Test
    void aConnectionThatDiesInATransactionIsReplaced() {
        database.database().write(handle -> {
            growOlder(handle, "alice");
            if (attempts.incrementAndGet() < 3) {
                handle.execute(DIE);
            }
            return null;
        });
        assertThat(attempts).hasValue(3);
        assertThat(age("alice")).as("what died has left nothing").isEqualTo(1);
    }

    @Test
    void aConnectionThatDiesWhileReadingIsReplaced() {
        int answer = database.database().read(handle -> {
            if (attempts.incrementAndGet() == 1) {
                handle.execute(DIE);
            }
            return handle.createQuery("SELECT 42").mapTo(int.class).one();
        });
        assertThat(answer).isEqualTo(42);
        assertThat(attempts).hasValue(2);
    }

    @Test
    void whatMayHaveBeenCommittedIsNotDoneTwice() throws Exception {
        try (Network network = new Network(settings);
                TestDatabase throughNetwork = new TestDatabase(network.settings(Duration.seconds(1)))) {
            UnavailableException problem = catchThrowableOfType(
                    UnavailableException.class, () -> throughNetwork.database().write(handle -> {
                        attempts.incrementAndGet();
                        growOlder(handle, "alice");
                        network.swallowAnswers();
                        return null;
                    }));
            assertThat(problem).isNotNull();
            assertThat(attempts).hasValue(1);
            assertThat(age("alice")).as("it was there, after all").isEqualTo(1);
        }
    }

    @Test
    void givesUpInTheEnd() {
        UnavailableException problem = catchThrowableOfType(
                UnavailableException.class, () -> database.database().write(handle -> {
                    attempts.incrementAndGet();
                    return handle.execute("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$");
                }));
        assertThat(problem).isNotNull();
        assertThat(attempts).hasValue(5);
        assertThat(database.metrics().meter("database.retries").getCount()).isEqualTo(4);
    }

    @Test
    void whoHasWaitedForAConnectionDoesNotWaitAgain() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        CyclicBarrier allInUse = new CyclicBarrier(3);
        for (int i = 0; i < 2; i++) {
            Future<?> unused = threads.submit(() -> database.database().read(handle -> {
                await(allInUse);
                await(end);
                return null;
            }));
        }
        await(allInUse);
        UnavailableException problem = catchThrowableOfType(UnavailableException.class, () -> age("alice"));
        end.countDown();
        assertThat(problem).isNotNull();
        assertThat(database.metrics().meter("database.retries").getCount()).isZero();
    }

    @Test
    void acknowledgesOnlyWhatIsOnDiskWhateverTheDatabaseIsSetTo() throws Exception {
        try (Connection connection = Engine.connect(settings);
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER DATABASE " + connection.getCatalog() + " SET synchronous_commit = off");
        }
        try (TestDatabase another = new TestDatabase(settings)) {
            String setting = another.database().read(handle -> handle.createQuery("SHOW synchronous_commit")
                    .mapTo(String.class)
                    .one());
            assertThat(setting).isEqualTo("on");
        }
    }

    private static void growOlder(Handle handle, String id) {
        handle.createUpdate("UPDATE users SET age = coalesce(age, 0) + 1 WHERE id = :id")
                .bind("id", id)
                .execute();
    }

    private int age(String id) {
        return database.database().read(handle -> handle.createQuery("SELECT age FROM users WHERE id = :id")
                .bind("id", id)
                .mapTo(int.class)
                .one());
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
