package dev.latchkey.server.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.Uninterruptibles;
import dev.latchkey.Engine;
import dev.latchkey.TestDatabase;
import dev.latchkey.keys.SigningKeyStore;
import dev.latchkey.keys.StoredSigningKeys;
import dev.latchkey.server.database.Database;
import dev.latchkey.server.database.UnavailableException;
import dev.latchkey.sessions.EndedSessionStore;
import dev.latchkey.sessions.KnownEndings;
import dev.latchkey.sessions.SessionEndingStore;
import dev.latchkey.sessions.SessionSettings;
import dev.latchkey.sessions.SessionStore;
import dev.latchkey.sessions.Sessions;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Promise 19, where following what others revoke fails for a while. */
final class MaintenanceTest {
    private static final Duration PAUSE = Duration.ofMillis(300);

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
            KnownEndings endings = new KnownEndings(new EndedSessionStore(failing), clock);
            StoredSigningKeys keys =
                    StoredSigningKeys.load(new SigningKeyStore(database.database()), Duration.ofDays(30), clock);
            SessionEndingStore sessionEndingStore =
                    new SessionEndingStore(database.database(), new EndedSessionStore(database.database()));
            Sessions sessions = new Sessions(
                    new SessionStore(database.database(), sessionEndingStore),
                    sessionEndingStore,
                    endings,
                    SessionSettings.defaults(),
                    clock);
            Maintenance maintenance = new Maintenance()
                    .first(endings::follow)
                    .repeat(PAUSE, "sessions", endings::follow)
                    .repeat(PAUSE, "keys", keys::follow)
                    .repeat(PAUSE, "rotation", keys::maintain)
                    .repeat(PAUSE, "expired", sessions::deleteExpired);
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
            KnownEndings endings = new KnownEndings(new EndedSessionStore(following), clock);
            StoredSigningKeys keys = StoredSigningKeys.load(new SigningKeyStore(silent), Duration.ofDays(30), clock);
            silent.isSilent = true;
            SessionEndingStore sessionEndingStore = new SessionEndingStore(silent, new EndedSessionStore(silent));
            Sessions sessions = new Sessions(
                    new SessionStore(silent, sessionEndingStore),
                    sessionEndingStore,
                    endings,
                    SessionSettings.defaults(),
                    clock);
            Maintenance maintenance = new Maintenance()
                    .first(endings::follow)
                    .repeat(PAUSE, "sessions", endings::follow)
                    .repeat(PAUSE, "keys", keys::follow)
                    .repeat(PAUSE, "rotation", keys::maintain)
                    .repeat(PAUSE, "expired", sessions::deleteExpired);
            maintenance.start();
            try {
                assertThat(following.reads.await(30, TimeUnit.SECONDS)).isTrue();
            } finally {
                isBack.countDown();
                maintenance.stop();
            }
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
