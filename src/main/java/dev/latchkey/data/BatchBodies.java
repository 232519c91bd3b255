package dev.latchkey.data;

import dev.latchkey.api.model.BatchBody;
import dev.latchkey.api.model.BatchOperationBody;
import dev.latchkey.data.Operation.Kind;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.InvalidField;
import dev.latchkey.server.problem.Problem;
import java.util.ArrayList;
import java.util.List;

/** Reads the operations of a batch. The contract cannot say which members which operation has, so that is here. */
final class BatchBodies {
    private final List<Operation> operations = new ArrayList<>();
    private final List<InvalidField> missing = new ArrayList<>();
    private final List<InvalidField> refused = new ArrayList<>();

    private BatchBodies() {}

    /**
     * The operations in their order.
     *
     * @throws Problem INVALID_REQUEST for a member that an operation does not have, INVALID_VALUE for a value that is missing
     */
    static List<Operation> of(BatchBody batch) {
        BatchBodies read = new BatchBodies();
        batch.getOperations().forEach(read::add);
        if (!read.refused.isEmpty()) {
            read.refused.addAll(read.missing);
            throw new Problem(ErrorCode.INVALID_REQUEST, read.refused);
        }
        if (!read.missing.isEmpty()) {
            throw new Problem(ErrorCode.INVALID_VALUE, read.missing);
        }
        return read.operations;
    }

    private void add(BatchOperationBody body) {
        Kind kind = Kind.valueOf(body.getOp().name());
        if (kind == Kind.CREATE || kind == Kind.PUT) {
            if (body.getValue() == null) {
                missing.add(field("value", "is required"));
            }
        } else {
            refuse("value", body.getValue());
            refuse("expires_in", body.getExpiresIn());
        }
        operations.add(new Operation(
                kind,
                body.getKey(),
                body.getValue(),
                Expiry.in(body.getExpiresIn()),
                Conditions.of(body.getIfMatch(), body.getIfNoneMatch())));
    }

    private void refuse(String member, Object value) {
        if (value != null) {
            refused.add(field(member, "must be absent"));
        }
    }

    private InvalidField field(String member, String message) {
        return new InvalidField("operations[" + operations.size() + "]." + member, message);
    }
}
