package dev.latchkey.data;

import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import java.util.ArrayList;
import java.util.List;

/** Counts what became of the lines of an import. */
final class ImportTally {
    private static final int MAX_FAILURES = 100;

    private final Imports.Mode mode;
    private final List<Failure> failures = new ArrayList<>();
    private long created;
    private long replaced;
    private long skipped;
    private long failed;

    ImportTally(Imports.Mode mode) {
        this.mode = mode;
    }

    /** Why a line was not stored. */
    record Failure(long line, Problem problem) {}

    void add(long line, Outcome outcome) {
        if (outcome.refusal() == ErrorCode.KEY_EXISTS && mode == Imports.Mode.SKIP) {
            skipped++;
        } else if (!outcome.isDone()) {
            failed(line, outcome.problem(List.of()));
        } else if (outcome.isNew()) {
            created++;
        } else {
            replaced++;
        }
    }

    void skipped() {
        skipped++;
    }

    void failed(long line, Problem problem) {
        failed++;
        if (failures.size() < MAX_FAILURES) {
            failures.add(new Failure(line, problem));
        }
    }

    Imports.Mode mode() {
        return mode;
    }

    long countCreated() {
        return created;
    }

    long countReplaced() {
        return replaced;
    }

    long countSkipped() {
        return skipped;
    }

    long countFailed() {
        return failed;
    }

    /** The first of the failed lines. */
    List<Failure> failures() {
        return List.copyOf(failures);
    }
}
