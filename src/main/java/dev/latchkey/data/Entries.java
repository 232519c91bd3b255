package dev.latchkey.data;

import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import dev.latchkey.server.threads.Stages;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** The private key-value store of each user. Keys, values and conditions have been validated already. */
public final class Entries {
    /** How long a request with an {@code Idempotency-Key} may be sent again. */
    static final Duration IDEMPOTENCY = Duration.ofHours(24);

    /** Refusals by the state of the data. A quota is none: there may be room later. */
    private static final Set<ErrorCode> KEPT_REFUSALS =
            EnumSet.of(ErrorCode.KEY_EXISTS, ErrorCode.KEY_NOT_FOUND, ErrorCode.PRECONDITION_FAILED);

    private final EntryStore store;
    private final UserDataStore users;
    private final Clock clock;

    Entries(EntryStore store, UserDataStore users, Clock clock) {
        this.store = store;
        this.users = users;
        this.clock = clock;
    }

    /**
     * Does the operations in their order, all or none.
     *
     * @param request null if it has no {@code Idempotency-Key}
     * @return fails with a {@link Problem} IDEMPOTENCY_KEY_REUSED, or INVALID_TOKEN if the user no longer exists
     */
    CompletionStage<Applied> apply(String userId, List<Operation> operations, IdempotentRequest request) {
        return Stages.then(
                users.writeAsync(userId, entries -> apply(entries, operations, request, clock.instant())),
                // The user was deleted by another server, and this one does not know it yet.
                applied -> applied.get().orElseThrow(Problem::tokenInvalid));
    }

    /**
     * Does those of the operations that can be done.
     *
     * @return an outcome for each
     * @throws Problem INVALID_TOKEN if the user no longer exists
     */
    List<Outcome> applyEach(String userId, List<Operation> operations) {
        if (operations.isEmpty()) {
            return List.of();
        }
        return users.write(userId, entries -> {
                    OperationRules rules = OperationRules.of(operations, entries, clock.instant());
                    List<Outcome> outcomes =
                            operations.stream().map(rules::apply).toList();
                    if (outcomes.stream().anyMatch(Outcome::isDone)) {
                        entries.save();
                    }
                    return outcomes;
                })
                .orElseThrow(Problem::tokenInvalid);
    }

    private static Applied apply(
            UserEntryStore entries, List<Operation> operations, IdempotentRequest request, Instant now) {
        if (request == null) {
            return new Applied(apply(entries, operations, now), false);
        }
        return entries.findKept(request.key(), now.minus(IDEMPOTENCY))
                .map(kept -> replay(kept, request))
                .orElseGet(() -> {
                    Applied applied = new Applied(apply(entries, operations, now), false);
                    if (isKept(applied.last())) {
                        entries.keep(request, applied.outcomes(), now);
                    }
                    return applied;
                });
    }

    private static Applied replay(IdempotencyStore.Kept kept, IdempotentRequest request) {
        if (!kept.fingerprint().equals(request.fingerprint())) {
            throw new Problem(ErrorCode.IDEMPOTENCY_KEY_REUSED);
        }
        return new Applied(kept.outcomes(), true);
    }

    private static boolean isKept(Outcome outcome) {
        return outcome.isDone() || KEPT_REFUSALS.contains(outcome.refusal());
    }

    /** If one is refused, nothing is saved. */
    private static List<Outcome> apply(UserEntryStore entries, List<Operation> operations, Instant now) {
        OperationRules rules = OperationRules.of(operations, entries, now);
        List<Outcome> outcomes = new ArrayList<>();
        for (Operation operation : operations) {
            Outcome outcome = rules.apply(operation);
            outcomes.add(outcome);
            if (!outcome.isDone()) {
                return outcomes;
            }
        }
        entries.save();
        return outcomes;
    }

    /**
     * Reads an entry.
     *
     * @throws Problem KEY_NOT_FOUND, or PRECONDITION_FAILED if {@code If-Match} does not hold
     */
    Entry read(String userId, String key, Conditions conditions) {
        Optional<Entry> entry = store.find(userId, key, clock.instant());
        if (!conditions.holdIfMatch(entry.map(Entry::revision).orElse(null))) {
            throw Problem.preconditionFailed(entry.map(Entry::etag).orElse(null), List.of());
        }
        return entry.orElseThrow(() -> new Problem(ErrorCode.KEY_NOT_FOUND));
    }

    /** The page of the user's entries that begins at {@code from}. */
    public Page page(String userId, KeyRange range, int limit, boolean withValues) {
        return store.findPage(userId, range, limit, withValues, clock.instant());
    }

    /** The number of changes of the user's data so far. */
    long revision(String userId) {
        return users.revision(userId);
    }

    /** How much the user stores and may store. */
    public Usage usage(String userId) {
        return users.usage(userId);
    }
}
