package dev.latchkey.testing;

/**
 * Something that a test does to a store, and what should come of it.
 *
 * @param <S> the store
 * @param <M> the model of what the operation is about; immutable, with {@code equals}
 */
public interface Operation<S, M> {

    /** What it is about. Operations on different subjects don't touch one another. */
    Object subject();

    /** Does it, and returns what a caller sees. */
    Object run(S store);

    /** What a caller should see, and what should be there afterwards. */
    Expected<M> expected(M before);

    /** What should come of an operation. */
    record Expected<M>(Object result, M after) {}
}
