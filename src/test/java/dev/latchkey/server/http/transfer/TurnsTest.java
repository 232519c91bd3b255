package dev.latchkey.server.http.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Of ten bytes at once. */
final class TurnsTest {
    private final Turns turns = new Turns(10);
    private final List<String> begun = new ArrayList<>();

    private Turns.Turn ask(String name, long bytes) {
        return turns.begin(bytes, () -> begun.add(name));
    }

    @Test
    void asManyAsFitHaveTheirTurnAtOnceAndOthersInTheirOrder() {
        assertThat(ask("first", 6)).isEqualTo(Turns.Turn.NOW);
        assertThat(ask("second", 4)).isEqualTo(Turns.Turn.NOW);
        assertThat(ask("third", 7)).isEqualTo(Turns.Turn.LATER);
        assertThat(ask("fourth", 3)).isEqualTo(Turns.Turn.LATER);

        turns.end(4);
        assertThat(begun).as("the fourth would fit, but waits for the third").isEmpty();
        turns.end(6);
        assertThat(begun).containsExactly("third", "fourth");
    }

    @Test
    void aBodyThatIsLargerHasItsTurnAlone() {
        assertThat(ask("small", 1)).isEqualTo(Turns.Turn.NOW);
        assertThat(ask("larger", 30)).isEqualTo(Turns.Turn.LATER);
        turns.end(1);
        assertThat(begun).containsExactly("larger");
        assertThat(ask("another", 1)).isEqualTo(Turns.Turn.LATER);
        turns.end(30);
        assertThat(begun).containsExactly("larger", "another");
    }

    @Test
    void whatWouldWaitWithTooManyOthersIsTurnedAway() {
        assertThat(ask("first", 10)).isEqualTo(Turns.Turn.NOW);
        assertThat(ask("second", 15)).isEqualTo(Turns.Turn.LATER);
        assertThat(ask("third", 6)).isEqualTo(Turns.Turn.NEVER);
        assertThat(ask("fourth", 5)).isEqualTo(Turns.Turn.LATER);

        turns.end(10);
        turns.end(15);
        assertThat(begun).containsExactly("second", "fourth");
        assertThat(ask("fifth", 5)).isEqualTo(Turns.Turn.NOW);
    }

    @Test
    void aTurnThatCannotBeTakenIsTheNextOnes() {
        assertThat(ask("first", 10)).isEqualTo(Turns.Turn.NOW);
        assertThat(turns.begin(10, () -> false)).isEqualTo(Turns.Turn.LATER);
        assertThat(ask("third", 10)).isEqualTo(Turns.Turn.LATER);

        turns.end(10);
        assertThat(begun).containsExactly("third");
    }
}
