package dev.latchkey.data;

import dev.latchkey.api.model.ErrorCodeBody;
import dev.latchkey.api.model.ImportFailureBody;
import dev.latchkey.api.model.ImportResultBody;
import dev.latchkey.api.model.ImportedEntryBody;
import dev.latchkey.server.contract.JsonLines;
import dev.latchkey.server.problem.ErrorBodies;

/** Reads the lines of an import, and makes the body of its response. */
final class ImportBodies {
    private ImportBodies() {}

    static ImportLine line(JsonLines.Line<ImportedEntryBody> line) {
        ImportedEntryBody body = line.body();
        if (body == null) {
            return new ImportLine(line.number(), null, null, null, line.refusal());
        }
        Expiry expiry = body.getExpiresAt() == null
                ? null
                : Expiry.at(body.getExpiresAt().toInstant());
        return new ImportLine(line.number(), body.getKey(), body.getValue(), expiry, null);
    }

    static ImportResultBody result(ImportTally tally) {
        return new ImportResultBody()
                .created(tally.countCreated())
                .replaced(tally.countReplaced())
                .skipped(tally.countSkipped())
                .failed(tally.countFailed())
                .failures(tally.failures().stream().map(ImportBodies::failure).toList());
    }

    private static ImportFailureBody failure(ImportTally.Failure failure) {
        return new ImportFailureBody()
                .line(failure.line())
                .code(ErrorCodeBody.valueOf(failure.problem().code().name()))
                .message(failure.problem().code().message())
                .errors(ErrorBodies.fieldErrors(failure.problem().invalidFields()));
    }
}
