package dev.latchkey.server.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.Uninterruptibles;
import dev.latchkey.keys.KeysRoom;
import dev.latchkey.server.auth.TokenSettings;
import dev.latchkey.server.contract.ContractBundle;
import dev.latchkey.server.database.Database;
import dev.latchkey.server.database.UnavailableException;
import dev.latchkey.server.http.ServerParts;
import dev.latchkey.server.metrics.Metrics;
import dev.latchkey.sessions.Origin;
import dev.latchkey.sessions.SessionSettings;
import dev.latchkey.sessions.SessionsRoom;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.TestDatabase;
import io.dropwizard.core.setup.Environment;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Promise 19, where following what others revoke fails for a while. */
final class MaintenanceTest {
    /** A database that fails at each read but the first, which the start needs. */
    private static final class Failing implements Database {
        private final Database database;
        private final boolean outOfMemory;
        private final CountDownLatch attempts = new CountDownLatch(4);
        private boolean isStarted;

        Failing(Database database, boolean outOfMemory) {
            this.database = database;
            this.outOfMemory = outOfMemory;
        }

        @Override
        public synchronized <T> T read(Function<Handle, T> query) {
            attempts.countDown();
            if (!isStarted) {
                isStarted = true;
                return database.read(query);
            }
            if (outOfMemory) {
                throw new OutOfMemoryError("as a test has it");
            }
            throw new UnavailableException(new SQLException("gone"));
        }

        @Override
        public <T> T write(Function<Handle, T> change) {
            return database.write(change);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void goesOnAfterAFailure(boolean outOfMemory) throws Exception {
        Clock clock = Clock.systemUTC();
        try (TestDatabase database = new TestDatabase(Engine.SQLITE)) {
            Failing failing = new Failing(database.database(), outOfMemory);
            Maintenance maintenance = new Maintenance();
            ServerParts parts =
                    new ServerParts(new Environment("test"), new ContractBundle(), maintenance, new Metrics());
            new KeysRoom(database.database(), TokenSettings.defaults(), clock).addTo(parts);
            new SessionsRoom(database.database(), failing, SessionSettings.defaults(), clock).addTo(parts);
            maintenance.start();
            try {
                assertThat(failing.attempts.await(30, TimeUnit.SECONDS)).isTrue();
            } finally {
                maintenance.stop();
            }
        }
    }

    @Test
    void followsWhileAllOtherWorkWaitsForTheDatabase() throws Exception {
        Clock clock = Clock.systemUTC();
        CountDownLatch isBack = new CountDownLatch(1);
        try (TestDatabase database = new TestDatabase(Engine.SQLITE)) {
            Silent silent = new Silent(database.database(), isBack);
            Following following = new Following(database.reserved());
            Maintenance maintenance = new Maintenance();
            ServerParts parts =
                    new ServerParts(new Environment("test"), new ContractBundle(), maintenance, new Metrics());
            new KeysRoom(silent, TokenSettings.defaults(), clock).addTo(parts);
            new SessionsRoom(silent, following, SessionSettings.defaults(), clock).addTo(parts);
            silent.isSilent = true;
            maintenance.start();
            try {
                assertThat(following.reads.await(30, TimeUnit.SECONDS)).isTrue();
            } finally {
                isBack.countDown();
                maintenance.stop();
            }
        }
    }

    @Test
    void deletesWhatHasExpiredAndRotatesKeysThatAreOld() throws Exception {
        try (TestDatabase database = new TestDatabase(Engine.SQLITE)) {
            String userId = UUID.randomUUID().toString();
            database.addUser(userId);
            Clock start = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);
            // Makes the first key.
            new KeysRoom(database.database(), TokenSettings.defaults(), start);
            new SessionsRoom(database.database(), database.database(), SessionSettings.defaults(), start)
                    .sessions()
                    .start(userId, 1, true, new Origin(null, null));

            Clock later = Clock.offset(start, Duration.ofDays(400));
            Writes writes = new Writes(database.database());
            Maintenance maintenance = new Maintenance();
            ServerParts parts =
                    new ServerParts(new Environment("test"), new ContractBundle(), maintenance, new Metrics());
            KeysRoom keys = new KeysRoom(writes, TokenSettings.defaults(), later);
            keys.addTo(parts);
            new SessionsRoom(writes, database.database(), SessionSettings.defaults(), later).addTo(parts);
            maintenance.start();
            try {
                assertThat(writes.done.await(30, TimeUnit.SECONDS)).isTrue();
            } finally {
                maintenance.stop();
            }
            assertThat(database.database().<Integer>read(handle -> handle.select("SELECT count(*) FROM sessions")
                            .mapTo(Integer.class)
                            .one()))
                    .isZero();
            assertThat(database.database()
                            .<Integer>read(handle -> handle.select("SELECT max(generation) FROM signing_keys")
                                    .mapTo(Integer.class)
                                    .one()))
                    .isEqualTo(2);
        }
    }

    /** Tells when the key that is due and the session that has expired have been written. */
    private record Writes(Database database, CountDownLatch done) implements Database {

        Writes(Database database) {
            this(database, new CountDownLatch(2));
        }

        @Override
        public <T> T read(Function<Handle, T> query) {
            return database.read(query);
        }

        @Override
        public <T> T write(Function<Handle, T> change) {
            T result = database.write(change);
            done.countDown();
            return result;
        }
    }

    /** A database that does not answer for as long as it is told to. */
    private static final class Silent implements Database {
        private final Database database;
        private final CountDownLatch isBack;
        private volatile boolean isSilent;

        Silent(Database database, CountDownLatch isBack) {
            this.database = database;
            this.isBack = isBack;
        }

        private void await() {
            if (isSilent) {
                Uninterruptibles.awaitUninterruptibly(isBack);
            }
        }

        @Override
        public <T> T read(Function<Handle, T> query) {
            await();
            return database.read(query);
        }

        @Override
        public <T> T write(Function<Handle, T> change) {
            await();
            return database.write(change);
        }
    }

    /** Counts the reads. */
    private record Following(Database database, CountDownLatch reads) implements Database {

        Following(Database database) {
            this(database, new CountDownLatch(4));
        }

        @Override
        public <T> T read(Function<Handle, T> query) {
            reads.countDown();
            return database.read(query);
        }

        @Override
        public <T> T write(Function<Handle, T> change) {
            return database.write(change);
        }
    }
}
