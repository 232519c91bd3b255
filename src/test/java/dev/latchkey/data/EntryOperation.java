package dev.latchkey.data;

import dev.latchkey.server.database.ConstraintException;
import dev.latchkey.testing.HardTexts;
import dev.latchkey.testing.Operation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** One call of an {@link EntryStore}, and what it does to one key of one user. */
record EntryOperation(Kind kind, String user, String key, String value, Instant now)
        implements Operation<EntryStore, Optional<EntryOperation.Row>> {
    static final List<String> USERS = List.of("a", "A", "", "a\ud83d\udd11");

    private static final String NOBODY = "nobody";
    private static final int MAX_KEY_BYTES = 512;

    enum Kind {
        INSERT,
        UPDATE,
        DELETE,
        FIND
    }

    record Row(String value, Instant createdAt, Instant updatedAt) {}

    record Subject(String user, String key) {}

    /** Of few keys, so that they meet; one in a hundred values is as big as a value can be. */
    static List<EntryOperation> sequence(Random random, int length, int keyCount) {
        List<String> keys = HardTexts.few(random, keyCount, MAX_KEY_BYTES);
        return IntStream.range(0, length)
                .mapToObj(i -> new EntryOperation(
                        Kind.values()[random.nextInt(Kind.values().length)],
                        random.nextInt(20) == 0 ? NOBODY : USERS.get(random.nextInt(USERS.size())),
                        keys.get(random.nextInt(keys.size())),
                        random.nextInt(100) == 0
                                ? "\ud83d\udd11".repeat(1 << 18)
                                : HardTexts.any(random, 2000) + (random.nextBoolean() ? i : ""),
                        Instant.ofEpochMilli(random.nextLong(1L << 42))))
                .toList();
    }

    /** Finds everything that the others can have left. */
    static List<EntryOperation> findAll(List<EntryOperation> operations) {
        return operations.stream()
                .map(EntryOperation::subject)
                .distinct()
                .map(subject -> new EntryOperation(Kind.FIND, subject.user(), subject.key(), "", Instant.EPOCH))
                .toList();
    }

    @Override
    public Subject subject() {
        return new Subject(user, key);
    }

    @Override
    public Object run(EntryStore store) {
        return switch (kind) {
            case INSERT -> insert(store);
            case UPDATE -> store.update(user, new Entry(key, value), now);
            case DELETE -> store.delete(user, key);
            case FIND -> store.find(user, key).map(Entry::value);
        };
    }

    private Object insert(EntryStore store) {
        try {
            return store.insert(user, new Entry(key, value), now);
        } catch (ConstraintException e) {
            return "refused";
        }
    }

    @Override
    public Expected<Optional<Row>> expected(Optional<Row> before) {
        return switch (kind) {
            case INSERT ->
                user.equals(NOBODY)
                        ? new Expected<>("refused", before)
                        : new Expected<>(
                                before.isEmpty(), before.isPresent() ? before : Optional.of(new Row(value, now, now)));
            case UPDATE -> new Expected<>(before.isPresent(), before.map(row -> new Row(value, row.createdAt(), now)));
            case DELETE -> new Expected<>(before.isPresent(), Optional.empty());
            case FIND -> new Expected<>(before.map(Row::value), before);
        };
    }

    @Override
    public String toString() {
        return kind + " " + HardTexts.shown(user) + " " + HardTexts.shown(key)
                + (kind == Kind.INSERT || kind == Kind.UPDATE ? " " + HardTexts.shown(value) : "");
    }
}
