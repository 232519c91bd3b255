package dev.latchkey.keys;

import dev.latchkey.keys.SigningKeyStore.StoredKey;
import dev.latchkey.testing.HardTexts;
import dev.latchkey.testing.Operation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** One call of a {@link SigningKeyStore}, and what it does to the keys by their generation. */
record SigningKeyOperation(Kind kind, int generation, String privateJwk, Instant createdAt)
        implements Operation<SigningKeyStore, Map<Integer, StoredKey>> {

    enum Kind {
        INSERT_IF_ABSENT,
        FIND_ALL
    }

    /** Of few generations, so that they meet. */
    static List<SigningKeyOperation> sequence(Random random, int length) {
        int[] generations = random.ints(Math.max(2, length / 4)).toArray();
        return IntStream.range(0, length)
                .mapToObj(i -> new SigningKeyOperation(
                        Kind.values()[random.nextInt(Kind.values().length)],
                        random.nextBoolean() ? i / 4 : generations[random.nextInt(generations.length)],
                        HardTexts.any(random, 4000) + i,
                        Instant.ofEpochMilli(random.nextLong(1L << 42))))
                .toList();
    }

    static SigningKeyOperation findAll() {
        return new SigningKeyOperation(Kind.FIND_ALL, 0, "", Instant.EPOCH);
    }

    private StoredKey key() {
        return new StoredKey(generation, privateJwk, createdAt);
    }

    /** All keys are one subject: they are read together. */
    @Override
    public Object subject() {
        return "keys";
    }

    @Override
    public Object run(SigningKeyStore store) {
        if (kind == Kind.FIND_ALL) {
            return store.findAll();
        }
        return store.insertIfAbsent(key(), createdAt);
    }

    @Override
    public Expected<Map<Integer, StoredKey>> expected(Map<Integer, StoredKey> before) {
        if (kind == Kind.FIND_ALL) {
            return new Expected<>(
                    List.copyOf(new TreeMap<>(before).descendingMap().values()), before);
        }
        TreeMap<Integer, StoredKey> after = new TreeMap<>(before);
        boolean absent = after.putIfAbsent(generation, key()) == null;
        return new Expected<>(absent, after);
    }

    @Override
    public String toString() {
        return kind == Kind.FIND_ALL ? "FIND_ALL" : kind + " " + generation + " " + HardTexts.shown(privateJwk);
    }
}
