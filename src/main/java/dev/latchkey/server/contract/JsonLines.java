package dev.latchkey.server.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;

/**
 * A body of many {@code T}, each as a JSON object on a line of its own (NDJSON). The lines are read from the client one after the other,
 * so that a body may be larger than the memory.
 */
public final class JsonLines<T> {
    /** The max size of all lines together. */
    static final long MAX_BYTES = 4L << 30;

    private final LineReader lines;
    private final JsonBinder binder;
    private final Class<T> type;

    JsonLines(LineReader lines, JsonBinder binder, Class<T> type) {
        this.lines = lines;
        this.binder = binder;
        this.type = type;
    }

    /**
     * A line.
     *
     * @param number the first is 1
     * @param body null if the line is not what the contract says
     * @param refusal what is wrong with the line, or null
     */
    public record Line<T>(long number, T body, Problem refusal) {}

    /**
     * Reads the next line that is not blank; empty at the end.
     *
     * @throws UncheckedIOException if the client sends no more
     * @throws Problem PAYLOAD_TOO_LARGE if there are more than 4 GiB, INVALID_REQUEST if there is nothing, not even an empty line
     */
    public Optional<Line<T>> next() {
        try {
            while (lines.next()) {
                Optional<Line<T>> line = read();
                if (line.isPresent()) {
                    return line;
                }
            }
            if (lines.number() == 0) {
                // The contract requires a body, and one of no bytes cannot be told from none.
                throw new Problem(ErrorCode.INVALID_REQUEST);
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty if the line is blank. */
    private Optional<Line<T>> read() throws IOException {
        try {
            return parse().map(body -> new Line<>(lines.number(), body, null));
        } catch (Problem refusal) {
            return Optional.of(new Line<>(lines.number(), null, refusal));
        }
    }

    private Optional<T> parse() throws IOException {
        if (lines.isTooLong()) {
            throw new Problem(ErrorCode.PAYLOAD_TOO_LARGE);
        }
        JsonNode root;
        try {
            root = binder.parse(lines.line());
        } catch (StrictJson.TextTooLong e) {
            throw new Problem(ErrorCode.PAYLOAD_TOO_LARGE);
        } catch (JsonProcessingException | CharacterCodingException e) {
            throw new Problem(ErrorCode.INVALID_REQUEST);
        }
        if (root.isMissingNode()) {
            return Optional.empty();
        }
        if (root instanceof ObjectNode members) {
            return Optional.of(binder.bindValid(members, type));
        }
        throw new Problem(ErrorCode.INVALID_REQUEST);
    }
}
