package dev.latchkey.server.metrics;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/**
 * Counts by outcome, for many threads at once.
 *
 * @param <E> all possible outcomes; a counter must not have a label that clients could fill with what they like
 */
public final class Counts<E extends Enum<E>> {
    private final Map<E, LongAdder> counts;

    public Counts(Class<E> outcomes) {
        this.counts = new EnumMap<>(outcomes);
        for (E outcome : outcomes.getEnumConstants()) {
            counts.put(outcome, new LongAdder());
        }
    }

    public void add(E outcome) {
        counts.get(outcome).increment();
    }

    /** The counts as {@link Metrics#counter} takes them. */
    public Map<String, DoubleSupplier> byOutcome() {
        Map<String, DoubleSupplier> byOutcome = new LinkedHashMap<>();
        counts.forEach((outcome, count) -> byOutcome.put(outcome.name().toLowerCase(Locale.ROOT), count::sum));
        return byOutcome;
    }
}
