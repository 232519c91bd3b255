package dev.latchkey.data;

import com.google.common.base.Utf8;
import dev.latchkey.server.contract.IdempotencyKey;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.HardTexts;
import dev.latchkey.testing.SettableClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * One request of a user, and what it does to all that the user has: revisions, conditions, expiry, quotas, batches and repetitions.
 *
 * @param operations none for a read of {@code key}
 * @param idempotencyKey or null
 * @param now the time of the request
 */
record EntryOperation(String user, String key, List<Operation> operations, String idempotencyKey, Instant now)
        implements dev.latchkey.testing.Operation<EntryOperation.Store, EntryOperation.State> {
    static final List<String> USERS = List.of("a", "A", "", "a\ud83d\udd11");
    static final Quota QUOTA = new Quota(5, 4_000);
    static final State EMPTY = new State(0, Map.of(), Map.of());

    private static final List<Operation.Kind> KINDS = List.of(Operation.Kind.values());
    private static final String NOBODY = "nobody";
    private static final int MAX_KEY_BYTES = 512;
    private static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");

    /** The room, with a clock that each request sets. */
    record Store(Entries entries, SettableClock clock) {}

    /** A row of the table, which stays after its expiry until something takes its place. */
    record Row(String value, long revision, Instant createdAt, Instant updatedAt, Instant expiresAt) {

        boolean isLive(Instant now) {
            return expiresAt == null || expiresAt.isAfter(now);
        }
    }

    /** What became of a request with an Idempotency-Key. */
    record Kept(List<Operation> operations, List<Outcome> outcomes) {}

    /** All that a user has. */
    record State(long revision, Map<String, Row> rows, Map<String, Kept> kept) {

        State {
            rows = Map.copyOf(rows);
            kept = Map.copyOf(kept);
        }

        long bytes() {
            return rows.entrySet().stream()
                    .mapToLong(row -> Utf8.encodedLength(row.getKey())
                            + Utf8.encodedLength(row.getValue().value()))
                    .sum();
        }
    }

    /** Of few keys, so that they meet. If {@code timePasses}, entries expire on the way. */
    static List<EntryOperation> sequence(Random random, int length, int keyCount, boolean timePasses) {
        List<String> keys = HardTexts.few(random, keyCount, MAX_KEY_BYTES);
        List<EntryOperation> sequence = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            String user = random.nextInt(20) == 0 ? NOBODY : USERS.get(random.nextInt(USERS.size()));
            boolean isRead = random.nextInt(5) == 0;
            int count = isRead ? 0 : random.nextInt(4) > 0 ? 1 : 2 + random.nextInt(3);
            List<Operation> operations = IntStream.range(0, count)
                    .mapToObj(j -> operation(random, keys, sequence.size()))
                    .toList();
            sequence.add(new EntryOperation(
                    user,
                    keys.get(random.nextInt(keys.size())),
                    operations,
                    !isRead && random.nextInt(4) == 0 ? "key-" + random.nextInt(2) : null,
                    timePasses ? START.plusSeconds(i) : START));
        }
        return sequence;
    }

    private static Operation operation(Random random, List<String> keys, int number) {
        Operation.Kind kind = KINDS.get(random.nextInt(KINDS.size()));
        boolean hasValue = kind == Operation.Kind.CREATE || kind == Operation.Kind.UPDATE || kind == Operation.Kind.PUT;
        boolean mayExpire = hasValue || kind == Operation.Kind.EXPIRE;
        return new Operation(
                kind,
                keys.get(random.nextInt(keys.size())),
                hasValue ? HardTexts.any(random, 1500) + (random.nextBoolean() ? number : "") : null,
                mayExpire && random.nextInt(3) == 0 ? Expiry.in(1 + random.nextInt(20)) : null,
                Conditions.of(condition(random), condition(random)));
    }

    private static String condition(Random random) {
        return switch (random.nextInt(12)) {
            case 0 -> "*";
            case 1 -> "\"1\", W/\"2\", \"" + random.nextInt(40) + '"';
            case 2 ->
                IntStream.range(0, 60)
                        .mapToObj(revision -> "\"" + revision + '"')
                        .reduce((all, one) -> all + ", " + one)
                        .orElseThrow();
            default -> null;
        };
    }

    /** Reads everything that the others can have left. */
    static List<EntryOperation> readAll(List<EntryOperation> sequence) {
        return sequence.stream()
                .flatMap(request -> request.operations().stream()
                        .map(operation -> new EntryOperation(request.user(), operation.key(), List.of(), null, START)))
                .distinct()
                .toList();
    }

    @Override
    public Object subject() {
        return user;
    }

    @Override
    public Object run(Store store) {
        store.clock().set(now);
        try {
            if (operations.isEmpty()) {
                Entry entry = store.entries().read(user, key, Conditions.NONE);
                return row(entry);
            }
            IdempotencyKey once = idempotencyKey == null ? null : new IdempotencyKey(idempotencyKey);
            return Await.result(store.entries().apply(user, operations, IdempotentRequest.of(once, "", operations)));
        } catch (Problem problem) {
            return problem.code();
        }
    }

    static Row row(Entry entry) {
        return new Row(entry.value(), entry.revision(), entry.createdAt(), entry.updatedAt(), entry.expiresAt());
    }

    @Override
    public Expected<State> expected(State before) {
        if (operations.isEmpty()) {
            Row row = before.rows().get(key);
            return new Expected<>(row != null && row.isLive(now) ? row : ErrorCode.KEY_NOT_FOUND, before);
        }
        if (user.equals(NOBODY)) {
            return new Expected<>(ErrorCode.INVALID_TOKEN, before);
        }
        Kept kept = idempotencyKey == null ? null : before.kept().get(idempotencyKey);
        if (kept != null) {
            return new Expected<>(
                    kept.operations().equals(operations)
                            ? new Applied(kept.outcomes(), true)
                            : ErrorCode.IDEMPOTENCY_KEY_REUSED,
                    before);
        }
        State after = before;
        List<Outcome> outcomes = new ArrayList<>();
        for (Operation operation : operations) {
            Expected<State> one = expected(after, operation);
            Outcome outcome = (Outcome) one.result();
            outcomes.add(outcome);
            if (!outcome.isDone()) {
                after = before;
                break;
            }
            after = one.after();
        }
        boolean isKept = outcomes.get(outcomes.size() - 1).refusal() != ErrorCode.QUOTA_EXCEEDED;
        return new Expected<>(
                new Applied(outcomes, false),
                idempotencyKey != null && isKept
                        ? new State(
                                after.revision(),
                                after.rows(),
                                with(after.kept(), idempotencyKey, new Kept(operations, outcomes)))
                        : after);
    }

    private Expected<State> expected(State before, Operation operation) {
        Row stored = before.rows().get(operation.key());
        Row live = stored != null && stored.isLive(now) ? stored : null;
        if (!operation.conditions().hold(live == null ? null : live.revision())) {
            return new Expected<>(
                    new Outcome(ErrorCode.PRECONDITION_FAILED, false, live == null ? null : live.revision()), before);
        }
        long revision = before.revision() + 1;
        Instant expiry = operation.expiry() == null ? null : operation.expiry().from(now);
        return switch (operation.kind()) {
            case CREATE ->
                live != null
                        ? new Expected<>(Outcome.refused(ErrorCode.KEY_EXISTS), before)
                        : stored(before, operation, new Row(operation.value(), revision, now, now, expiry), true);
            case PUT, UPDATE ->
                live == null && operation.kind() == Operation.Kind.UPDATE
                        ? new Expected<>(Outcome.refused(ErrorCode.KEY_NOT_FOUND), before)
                        : stored(
                                before,
                                operation,
                                new Row(
                                        operation.value(),
                                        revision,
                                        live == null ? now : live.createdAt(),
                                        now,
                                        expiry),
                                live == null);
            case EXPIRE ->
                live == null
                        ? new Expected<>(Outcome.refused(ErrorCode.KEY_NOT_FOUND), before)
                        : changed(
                                before,
                                operation,
                                new Row(live.value(), revision, live.createdAt(), live.updatedAt(), expiry),
                                Outcome.done(false, revision));
            case DELETE ->
                live == null
                        ? new Expected<>(Outcome.refused(ErrorCode.KEY_NOT_FOUND), before)
                        : changed(before, operation, null, Outcome.done(false, revision));
            case CHECK ->
                live == null && operation.conditions().isEmpty()
                        ? new Expected<>(Outcome.refused(ErrorCode.KEY_NOT_FOUND), before)
                        : new Expected<>(Outcome.done(false, live == null ? null : live.revision()), before);
        };
    }

    private static Expected<State> stored(State before, Operation operation, Row row, boolean isNew) {
        Expected<State> stored = changed(before, operation, row, Outcome.done(isNew, row.revision()));
        State after = stored.after();
        boolean isTooMuch =
                (after.rows().size() > before.rows().size() && after.rows().size() > QUOTA.maxEntries())
                        || (after.bytes() > before.bytes() && after.bytes() > QUOTA.maxBytes());
        return isTooMuch ? new Expected<>(Outcome.refused(ErrorCode.QUOTA_EXCEEDED), before) : stored;
    }

    /** {@code row} is null if there is none afterwards. */
    private static Expected<State> changed(State before, Operation operation, Row row, Outcome outcome) {
        return new Expected<>(
                outcome, new State(before.revision() + 1, with(before.rows(), operation.key(), row), before.kept()));
    }

    private static <T> Map<String, T> with(Map<String, T> map, String key, T value) {
        Map<String, T> changed = new TreeMap<>(map);
        if (value == null) {
            changed.remove(key);
        } else {
            changed.put(key, value);
        }
        return changed;
    }

    @Override
    public String toString() {
        return HardTexts.shown(user) + " "
                + (operations.isEmpty()
                        ? "READ " + HardTexts.shown(key)
                        : operations.stream()
                                .map(operation -> operation.kind() + " " + HardTexts.shown(operation.key())
                                        + (operation.value() == null ? "" : " " + HardTexts.shown(operation.value()))
                                        + (operation.expiry() == null ? "" : " for " + operation.expiry())
                                        + (operation.conditions().isEmpty() ? "" : " if " + operation.conditions()))
                                .toList()
                                .toString())
                + (idempotencyKey == null ? "" : " as " + idempotencyKey) + " at " + now;
    }
}
