package dev.latchkey.data.changes;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/** Writes server-sent events (the HTML standard, section 9.2). JSON has no line break in it, so each is one line of data. */
final class EventWriter {
    private static final byte[] BEGIN = "retry: 2000\n".getBytes(StandardCharsets.US_ASCII);
    private static final int MIN_RETRY_MILLIS = 500;
    private static final int MAX_RETRY_MILLIS = 5_000;

    private final ObjectWriter json;

    /** {@code mapper} writes the bodies of the contract. */
    EventWriter(ObjectMapper mapper) {
        this.json = mapper.writer();
    }

    /** The changes, and the position if there are no more. */
    byte[] page(ChangePage page, boolean hasBegun) {
        ByteArrayOutputStream text = begin(hasBegun);
        for (Change change : page.changes()) {
            write(text, "change", change.revision(), ChangeBodies.of(change));
        }
        if (!page.hasMore()) {
            writePosition(text, page.revision());
        }
        return text.toByteArray();
    }

    byte[] position(long revision) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        writePosition(text, revision);
        return text.toByteArray();
    }

    /** Says nothing, but that the stream is alive. */
    byte[] comment() {
        return ":\n\n".getBytes(StandardCharsets.US_ASCII);
    }

    byte[] end(StreamCounts.End why, long revision, boolean hasBegun) {
        ByteArrayOutputStream text = begin(hasBegun);
        if (why == StreamCounts.End.SERVER_STOPPING) {
            // All clients of a server that stops would come back in the same moment.
            int millis = ThreadLocalRandom.current().nextInt(MIN_RETRY_MILLIS, MAX_RETRY_MILLIS);
            text.writeBytes(("retry: " + millis + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        write(text, "end", revision, ChangeBodies.end(why.name(), revision));
        return text.toByteArray();
    }

    private static ByteArrayOutputStream begin(boolean hasBegun) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        if (!hasBegun) {
            text.writeBytes(BEGIN);
        }
        return text;
    }

    private void writePosition(ByteArrayOutputStream text, long revision) {
        write(text, "position", revision, ChangeBodies.position(revision));
    }

    private void write(ByteArrayOutputStream text, String event, long id, Object data) {
        text.writeBytes(("id: " + id + "\nevent: " + event + "\ndata: ").getBytes(StandardCharsets.US_ASCII));
        try {
            json.writeValue(text, data);
        } catch (IOException e) {
            // A fault of ours: the text is in memory.
            throw new UncheckedIOException(e);
        }
        text.writeBytes("\n\n".getBytes(StandardCharsets.US_ASCII));
    }
}
