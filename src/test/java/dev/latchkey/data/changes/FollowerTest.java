package dev.latchkey.data.changes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.auth.AccessTokens.Standing;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.ProofSize;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Without the polling that would make good for it later. */
final class FollowerTest {
    private static final int CHANGES = ProofSize.of(50_000, 5_000_000);

    private final AtomicLong head = new AtomicLong();

    /** Goes to the head when it is told that there may be something. */
    private final class Reader extends Follower {

        Reader(ExecutorService workers) {
            super(new Origin("user", 0, () -> Standing.VALID), workers);
        }

        @Override
        void work() {
            if (takeLag()) {
                moveTo(head.get());
            }
        }

        @Override
        void tick(long now) {
            nudge();
        }

        @Override
        void stop() {}

        @Override
        void probe() {}

        @Override
        void fail(Throwable cause) {
            throw new AssertionError(cause);
        }
    }

    /** However they meet with what else it has to do. */
    @Test
    void hearsOfEveryChange() throws Exception {
        ExecutorService workers = Executors.newFixedThreadPool(2);
        AtomicBoolean isOver = new AtomicBoolean();
        try {
            Reader reader = new Reader(workers);
            Thread ticking = new Thread(() -> {
                while (!isOver.get()) {
                    reader.tick(0);
                }
            });
            ticking.start();
            for (int i = 0; i < CHANGES; i++) {
                long revision = head.incrementAndGet();
                reader.learn(revision);
                long begun = System.nanoTime();
                while (reader.position() != revision && System.nanoTime() - begun < 1_000_000) {
                    Thread.onSpinWait();
                }
                Await.until(() -> reader.position() == revision);
            }
            assertThat(reader.lag()).isZero();
        } finally {
            isOver.set(true);
            workers.shutdownNow();
        }
    }
}
