package dev.latchkey.server.http.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TransfersTest {
    private static final long MAX = 100;

    private final MetricRegistry metrics = new MetricRegistry();
    private final Transfers transfers = new Transfers(MAX, Runnable::run, metrics);
    private final List<String> ended = new ArrayList<>();

    /** One that holds {@code bytes} and last moved at a time; too slow from 1,000 on. */
    private Transfer waiting(String name, long bytes, long lastMovedAt) {
        assertThat(transfers.hold(bytes)).isTrue();
        Transfer transfer = new Transfer() {
            private long held = bytes;

            @Override
            public long lastMovedAt() {
                return lastMovedAt;
            }

            @Override
            public long held() {
                return held;
            }

            @Override
            public void drop() {
                transfers.release(held);
                held = 0;
            }

            @Override
            public boolean isTooSlow(long now) {
                return now >= lastMovedAt + 1_000;
            }

            @Override
            public void timeOut() {
                ended.add(name + " timed out");
                drop();
            }

            @Override
            public void evict() {
                ended.add(name + " evicted");
            }
        };
        transfers.await(transfer);
        return transfer;
    }

    private long held() {
        return (Long) metrics.getGauges().get("requests.transfers.bytes").getValue();
    }

    @Test
    void whoHasNotMovedForLongestMakesRoom() {
        waiting("second", 30, 2);
        waiting("first", 30, 1);
        waiting("third", 30, 3);
        assertThat(transfers.hold(10)).isTrue();
        assertThat(ended).isEmpty();
        assertThat(transfers.hold(31)).isTrue();
        assertThat(ended).containsExactly("first evicted", "second evicted");
        assertThat(held()).isEqualTo(71);
    }

    @Test
    void whoHasNothingMakesNoRoom() {
        waiting("nothing", 0, 1);
        waiting("something", 60, 2);
        assertThat(transfers.hold(41)).isTrue();
        assertThat(ended).containsExactly("something evicted");
    }

    /** One whose request is over and forgotten. */
    @Test
    void whoCannotBeEndedDoesNotSaveTheOthers() {
        for (int i = 0; i < 5; i++) {
            waiting("slow " + i, 10, i);
            transfers.await(new Transfer() {
                @Override
                public long lastMovedAt() {
                    return 0;
                }

                @Override
                public boolean isTooSlow(long now) {
                    return true;
                }

                @Override
                public long held() {
                    return 0;
                }

                @Override
                public void drop() {}

                @Override
                public void timeOut() {
                    throw new IllegalStateException("over");
                }

                @Override
                public void evict() {
                    throw new IllegalStateException("over");
                }
            });
        }
        transfers.timeOutSlowOnes(2_000);
        assertThat(ended).hasSize(5);
        assertThat(held()).isZero();
    }

    @Test
    void whoDoesNotWaitKeepsWhatItHas() {
        Transfer atWork = waiting("at work", 60, 1);
        assertThat(transfers.done(atWork)).isTrue();
        assertThat(transfers.hold(41)).isFalse();
        assertThat(ended).isEmpty();
        assertThat(held()).isEqualTo(60);
    }

    @Test
    void nobodyGetsMoreThanThereIs() {
        waiting("only", 60, 1);
        assertThat(transfers.hold(MAX + 1)).isFalse();
        assertThat(held()).isZero();
    }

    @Test
    void theSlowOnesEndOnceAndTheOthersGoOn() {
        waiting("slow", 10, 0);
        Transfer fast = waiting("fast", 10, 500);
        transfers.timeOutSlowOnes(999);
        assertThat(ended).isEmpty();
        transfers.timeOutSlowOnes(1_000);
        transfers.timeOutSlowOnes(1_001);
        assertThat(ended).containsExactly("slow timed out");
        assertThat(transfers.done(fast)).isTrue();
        assertThat(metrics.meter("requests.transfers.timed-out").getCount()).isEqualTo(1);
    }
}
