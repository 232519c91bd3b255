package dev.latchkey.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Tries something with many random lists. Of a list that fails, it looks for the shortest part that still does.
 *
 * <p>Every run tries others; {@code -Dlatchkey.seed} brings back those of a run that failed.
 */
public final class RandomSequences {
    private static final String PROPERTY = "latchkey.seed";
    private static final Optional<Long> GIVEN_SEED = Optional.ofNullable(Long.getLong(PROPERTY));

    private RandomSequences() {}

    /** Says that something is wrong by throwing; it has to begin anew with every list. */
    @FunctionalInterface
    public interface Trial<T> {
        void run(List<T> sequence) throws Exception;
    }

    /** Tries it with so many lists, each made of a seed of its own. */
    public static <T> void forEach(int tries, Function<Random, List<T>> sequences, Trial<T> trial) {
        forEach(firstSeed(), tries, sequences, trial);
    }

    /** The given seed, or a new one. */
    public static long firstSeed() {
        return GIVEN_SEED.orElseGet(() -> new Random().nextLong());
    }

    /** The same from a seed on that {@link #firstSeed} has given. */
    public static <T> void forEach(long firstSeed, int tries, Function<Random, List<T>> sequences, Trial<T> trial) {
        for (int i = 0; i < tries; i++) {
            long seed = firstSeed + i;
            List<T> sequence = sequences.apply(new Random(seed));
            Optional<Throwable> failure = failure(trial, sequence);
            if (failure.isPresent()) {
                List<T> shortest = shortest(trial, sequence);
                throw new AssertionError(
                        "Fails with the seed " + seed + "; try it again with -D" + PROPERTY + "=" + seed + ". Of "
                                + sequence.size() + " these " + shortest.size() + " are enough:\n  "
                                + shortest.stream().map(String::valueOf).collect(Collectors.joining("\n  ")),
                        failure(trial, shortest).orElse(failure.get()));
            }
        }
    }

    /** Leaves out halves, quarters and so on down to single ones, as long as what remains fails. */
    private static <T> List<T> shortest(Trial<T> trial, List<T> failing) {
        List<T> shortest = failing;
        for (int size = Math.max(1, failing.size() / 2); size > 0; size /= 2) {
            for (int from = 0; from < shortest.size(); ) {
                List<T> without = new ArrayList<>(shortest);
                without.subList(from, Math.min(from + size, shortest.size())).clear();
                if (failure(trial, without).isPresent()) {
                    shortest = without;
                } else {
                    from += size;
                }
            }
        }
        return shortest;
    }

    @SuppressWarnings("CatchingUnchecked") // Whatever it is, it is the failure that is looked for.
    private static <T> Optional<Throwable> failure(Trial<T> trial, List<T> sequence) {
        try {
            trial.run(sequence);
            return Optional.empty();
        } catch (Exception | AssertionError e) {
            return Optional.of(e);
        }
    }
}
