package dev.latchkey.server.problem;

import dev.latchkey.api.model.ErrorResponse;
import dev.latchkey.api.model.FieldError;
import java.util.List;

/** Makes the one body that every error has. */
final class ErrorBody {
    private ErrorBody() {}

    /** {@code path} is the request's, since two messages depend on it. */
    static ErrorResponse of(Problem problem, String path, String requestId) {
        return new ErrorResponse()
                .code(dev.latchkey.api.model.ErrorCode.valueOf(problem.code().name()))
                .message(problem.code().message(path))
                .errors(fieldErrors(problem.invalidFields()))
                .requestId(requestId);
    }

    private static List<FieldError> fieldErrors(List<InvalidField> invalidFields) {
        return invalidFields.isEmpty()
                ? null
                : invalidFields.stream()
                        .map(invalid -> new FieldError().field(invalid.name()).message(invalid.message()))
                        .toList();
    }
}
