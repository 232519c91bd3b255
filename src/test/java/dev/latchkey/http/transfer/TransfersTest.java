package dev.latchkey.http.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TransfersTest {
    private static final long MAX = 100;

    private final MetricRegistry metrics = new MetricRegistry();
    private final Transfers transfers = new Transfers(MAX, metrics);
    private final List<String> ended = new ArrayList<>();

    /** One that holds {@code bytes} and last moved at a time; too slow from 1,000 on. */
    private Transfer waiting(String name, long bytes, long lastMovedAt) {
        assertThat(transfers.hold(bytes)).isTrue();
        Transfer transfer = new Transfer() {
            @Override
            public long lastMovedAt() {
                return lastMovedAt;
            }

            @Override
            public boolean isTooSlow(long now) {
                return now >= lastMovedAt + 1_000;
            }

            @Override
            public void timeOut() {
                ended.add(name + " timed out");
                transfers.release(bytes);
            }

            @Override
            public void evict() {
                ended.add(name + " evicted");
                transfers.release(bytes);
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
