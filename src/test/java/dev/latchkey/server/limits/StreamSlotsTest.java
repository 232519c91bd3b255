package dev.latchkey.server.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Exports that are read slowly leave threads and memory to everything else. */
final class StreamSlotsTest {
    private final StreamSlots slots = new StreamSlots();

    @Test
    void aUserHasTwo() {
        slots.take("alice");
        slots.take("alice");
        assertThatThrownBy(() -> slots.take("alice")).hasMessage("TOO_MANY_REQUESTS");
        slots.take("bob");

        slots.giveBack("alice");
        slots.take("alice");
        assertThatThrownBy(() -> slots.take("alice")).hasMessage("TOO_MANY_REQUESTS");
    }

    @Test
    void thereAreNoMoreThanSixteen() {
        assertThat(StreamSlots.MAX).as("in the heap of the tests").isEqualTo(16);
        IntStream.range(0, StreamSlots.MAX).forEach(i -> slots.take("user" + i));
        assertThatThrownBy(() -> slots.take("one more")).hasMessage("UNAVAILABLE");

        slots.giveBack("user0");
        slots.take("one more");
        assertThatThrownBy(() -> slots.take("user0")).hasMessage("UNAVAILABLE");
    }
}
