package dev.latchkey.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.Uninterruptibles;
import dev.latchkey.server.database.Database;
import dev.latchkey.server.database.UnavailableException;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Promise 19, where a database that servers follow goes back to what it was. */
@ParameterizedClass
@EnumSource(Engine.class)
final class KnownEndingsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final TestDatabase database;
    private final OutOfReach reached;
    private final EndedSessionStore store;
    private final KnownEndings endings;

    KnownEndingsTest(Engine engine) {
        database = new TestDatabase(engine);
        reached = new OutOfReach(database.database());
        store = new EndedSessionStore(reached);
        endings = new KnownEndings(store, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    /** A database that is away for as long as it is told to. */
    private static final class OutOfReach implements Database {
        private final Database database;
        private boolean isAway;

        OutOfReach(Database database) {
            this.database = database;
        }

        @Override
        public <T> T read(Function<Handle, T> query) {
            if (isAway) {
                throw new UnavailableException(new SQLException("gone"));
            }
            return database.read(query);
        }

        @Override
        public <T> T write(Function<Handle, T> change) {
            return database.write(change);
        }
    }

    @AfterEach
    void close() throws Exception {
        database.close();
    }

    private void end(String sessionId) {
        database.database().write(handle -> {
            store.append(handle, List.of(new EndedSession(sessionId, NOW.plusSeconds(60))), NOW);
            return null;
        });
    }

    /** As a backup would have it, or a standby that lacks the last writes. */
    private void goBackTo(long revision) {
        database.database()
                .write(handle -> handle.createUpdate("DELETE FROM ended_sessions WHERE revision > :revision")
                                .bind("revision", revision)
                                .execute()
                        + handle.createUpdate("UPDATE counters SET value = :revision")
                                .bind("revision", revision)
                                .execute());
    }

    @Test
    void followsOneByOne() {
        end("first");
        endings.follow();
        assertThat(endings.contains("first")).isTrue();
        assertThat(endings.contains("second")).isFalse();
        end("second");
        endings.follow();
        assertThat(endings.contains("second")).isTrue();
    }

    @Test
    void followsADatabaseThatHasGoneBack() {
        end("first");
        end("lost");
        end("lost as well");
        endings.follow();
        goBackTo(1);
        end("after that");
        endings.follow();
        assertThat(endings.contains("after that")).isTrue();

        end("one more");
        endings.follow();
        assertThat(endings.contains("one more")).isTrue();
    }

    @Test
    void followsOneThatHasGoneBackAndFarForwardWhileItWasAway() {
        end("first");
        end("lost");
        endings.follow();
        reached.isAway = true;
        assertThatThrownBy(endings::follow).isInstanceOf(UnavailableException.class);
        goBackTo(1);
        end("after that");
        end("one more");
        reached.isAway = false;
        endings.follow();
        assertThat(endings.contains("after that")).isTrue();
        assertThat(endings.contains("one more")).isTrue();
    }

    @Test
    void followsWhileEveryOtherConnectionIsInUse() throws Exception {
        int connections = database.settings().maxConnections();
        CountDownLatch inUse = new CountDownLatch(connections);
        CountDownLatch done = new CountDownLatch(1);
        ExecutorService requests = Executors.newFixedThreadPool(connections);
        KnownEndings following = new KnownEndings(new EndedSessionStore(database.reserved()), Clock.systemUTC());
        try (TestDatabase anotherServer = new TestDatabase(database.settings())) {
            following.follow();
            List<Future<Boolean>> reads = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                reads.add(requests.submit(() -> database.database().read(handle -> {
                    inUse.countDown();
                    return Uninterruptibles.awaitUninterruptibly(done, Duration.ofMinutes(1));
                })));
            }
            inUse.await();
            anotherServer.database().write(handle -> {
                store.append(handle, List.of(new EndedSession("elsewhere", NOW.plusSeconds(60))), NOW);
                return null;
            });
            following.follow();
            assertThat(following.contains("elsewhere")).isTrue();

            done.countDown();
            for (Future<Boolean> read : reads) {
                assertThat(read.get()).isTrue();
            }
        } finally {
            done.countDown();
            requests.shutdown();
        }
    }
}
