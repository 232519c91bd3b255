package dev.latchkey.data.changes;

import dev.latchkey.server.auth.AccessTokens.Standing;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.ProofSize;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Without the polling that would make good for it later. */
final class FollowerTest {
    private static final int CHANGES = ProofSize.of(20_000, 20_000_000);

    /** However it meets with the worker that serves the follower. */
    @Test
    void learnsOfEveryChange() throws Exception {
        AtomicLong head = new AtomicLong();
        AtomicBoolean isOver = new AtomicBoolean();
        Follower follower = new Follower(
                new Follower.Origin("user", 0, () -> Standing.VALID),
                null,
                new Follower.Workers(never -> {}, never -> {}));
        Thread serving = new Thread(() -> {
            while (!isOver.get()) {
                if (follower.takeLag()) {
                    follower.moveTo(head.get());
                }
            }
        });
        serving.start();
        try {
            for (int i = 0; i < CHANGES; i++) {
                long revision = head.incrementAndGet();
                follower.learn(revision);
                for (int spins = 0; spins < 10_000 && follower.position() != revision; spins++) {
                    Thread.onSpinWait();
                }
                Await.until(() -> follower.position() == revision);
            }
        } finally {
            isOver.set(true);
            serving.join();
        }
    }
}
