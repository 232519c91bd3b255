package dev.latchkey.data;

import dev.latchkey.data.Operation.Kind;
import dev.latchkey.server.limits.StreamSlots;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.InvalidField;
import dev.latchkey.server.problem.Problem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Stores many entries of a user while they arrive, a few in each transaction. */
final class Imports {
    /** Bounds what one transaction writes, so that other writers do not wait long. */
    private static final int MAX_LINES = 100;

    private static final long MAX_BYTES = 1 << 20;

    /** As with {@code expires_in}. */
    private static final Duration MAX_LIFETIME = Duration.ofDays(3650);

    private final StreamSlots slots = new StreamSlots();
    private final Entries entries;
    private final Clock clock;

    Imports(Entries entries, Clock clock) {
        this.entries = entries;
        this.clock = clock;
    }

    /** What becomes of a line whose key has an entry already. */
    enum Mode {
        /** The line fails. */
        CREATE(Kind.CREATE),
        /** It replaces the entry. */
        REPLACE(Kind.PUT),
        /** It is left out. */
        SKIP(Kind.CREATE);

        private final Kind kind;

        Mode(Kind kind) {
            this.kind = kind;
        }
    }

    /**
     * Stores the lines. One that cannot be stored does not stop the others.
     *
     * @param lines gives the next line, or empty at the end; if it throws, the lines before may have been stored
     * @throws Problem INVALID_TOKEN if the user no longer exists; TOO_MANY_REQUESTS or UNAVAILABLE if too many imports run
     */
    ImportTally run(String userId, Mode mode, Supplier<Optional<ImportLine>> lines) {
        slots.take(userId);
        try {
            ImportTally tally = new ImportTally(mode);
            for (List<ImportLine> some = some(lines); !some.isEmpty(); some = some(lines)) {
                store(userId, some, tally);
            }
            return tally;
        } finally {
            slots.giveBack(userId);
        }
    }

    /** How many run now. */
    int running() {
        return slots.taken();
    }

    /** As many lines as are stored in one transaction. */
    private static List<ImportLine> some(Supplier<Optional<ImportLine>> lines) {
        List<ImportLine> some = new ArrayList<>();
        long bytes = 0;
        while (some.size() < MAX_LINES && bytes < MAX_BYTES) {
            Optional<ImportLine> line = lines.get();
            if (line.isEmpty()) {
                break;
            }
            some.add(line.get());
            if (line.get().refusal() == null) {
                bytes += UserEntryStore.bytes(line.get().key(), line.get().value());
            }
        }
        return some;
    }

    private void store(String userId, List<ImportLine> lines, ImportTally tally) {
        Instant now = clock.instant();
        List<Operation> operations = lines.stream()
                .filter(line -> refusal(line, now) == null && !isOver(line, now))
                .map(line -> new Operation(tally.mode().kind, line.key(), line.value(), line.expiry(), Conditions.NONE))
                .toList();
        Iterator<Outcome> outcomes = entries.applyEach(userId, operations).iterator();
        for (ImportLine line : lines) {
            Problem refusal = refusal(line, now);
            if (refusal != null) {
                tally.failed(line.number(), refusal);
            } else if (isOver(line, now)) {
                tally.skipped();
            } else {
                tally.add(line.number(), outcomes.next());
            }
        }
    }

    private static boolean isOver(ImportLine line, Instant now) {
        return line.expiry() != null && !line.expiry().from(now).isAfter(now);
    }

    /** Null if the line can be stored. */
    private static Problem refusal(ImportLine line, Instant now) {
        boolean isTooLate = line.expiry() != null && line.expiry().from(now).isAfter(now.plus(MAX_LIFETIME));
        return isTooLate
                ? new Problem(
                        ErrorCode.INVALID_REQUEST,
                        List.of(new InvalidField("expires_at", "must be at most ten years from now")))
                : line.refusal();
    }
}
