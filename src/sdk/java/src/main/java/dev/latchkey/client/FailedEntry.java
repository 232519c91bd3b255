package dev.latchkey.client;

import dev.latchkey.client.model.ErrorCode;
import dev.latchkey.client.model.FieldError;
import java.util.List;

/**
 * Why an entry of an import was not stored.
 *
 * @param line its number among all entries of the import; the first is 1
 * @param key its key
 * @param code why
 * @param message the same, for users to read
 * @param errors what exactly is wrong, member by member
 */
public record FailedEntry(long line, String key, ErrorCode code, String message, List<FieldError> errors) {}
