package dev.latchkey.data;

import dev.latchkey.data.SeenEntryStore.Found;
import dev.latchkey.server.problem.ErrorCode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The rules of changing entries: what an {@link Operation} does to the entries of a user, and when it is refused.
 *
 * <p>Works within the transaction of the write, so that conditions and quotas hold at its commit. Each operation sees what those before it did.
 */
final class OperationRules {
    private final UserEntryStore entries;
    private final Instant now;

    private OperationRules(UserEntryStore entries, Instant now) {
        this.entries = entries;
        this.now = now;
    }

    /** For these operations. */
    static OperationRules of(List<Operation> operations, UserEntryStore entries, Instant now) {
        entries.prepare(operations.stream().map(Operation::key).collect(Collectors.toSet()));
        return new OperationRules(entries, now);
    }

    /** Does the operation, or nothing if it is refused. */
    Outcome apply(Operation operation) {
        Optional<Found> stored = entries.find(operation.key());
        Optional<Found> live = stored.filter(found -> found.isLive(now));
        Long revision = live.map(Found::revision).orElse(null);
        if (!operation.conditions().hold(revision)) {
            return new Outcome(ErrorCode.PRECONDITION_FAILED, false, revision);
        }
        return switch (operation.kind()) {
            case CREATE -> live.isPresent() ? Outcome.refused(ErrorCode.KEY_EXISTS) : store(operation, stored, true);
            case PUT -> store(operation, stored, live.isEmpty());
            case UPDATE -> live.isEmpty() ? notFound() : store(operation, stored, false);
            case EXPIRE ->
                live.isEmpty()
                        ? notFound()
                        : Outcome.done(false, entries.expire(live.get(), operation.key(), expiry(operation)));
            case DELETE ->
                live.isEmpty() ? notFound() : Outcome.done(false, entries.delete(live.get(), operation.key(), now));
            case CHECK ->
                revision == null && operation.conditions().isEmpty() ? notFound() : Outcome.done(false, revision);
        };
    }

    private static Outcome notFound() {
        return Outcome.refused(ErrorCode.KEY_NOT_FOUND);
    }

    /** {@code stored} may be an entry that has expired; then the new one takes its place. */
    private Outcome store(Operation operation, Optional<Found> stored, boolean isNew) {
        String key = operation.key();
        String value = operation.value();
        long bytesBefore = stored.map(Found::bytes).orElse(0L);
        if (!entries.usage().hasRoomFor(stored.isPresent() ? 0 : 1, UserEntryStore.bytes(key, value) - bytesBefore)) {
            return Outcome.refused(ErrorCode.QUOTA_EXCEEDED);
        }
        long revision = stored.isPresent()
                ? entries.replace(stored.get(), isNew, key, value, expiry(operation), now)
                : entries.insert(key, value, expiry(operation), now);
        return Outcome.done(isNew, revision);
    }

    /** Null if the entry is not to expire. */
    private Instant expiry(Operation operation) {
        return operation.expiry() == null ? null : operation.expiry().from(now);
    }
}
