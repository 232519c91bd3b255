package dev.latchkey.server.log;

import java.util.function.BiConsumer;

/** The one argument of a log line that is more than text. {@code toString} is the whole line as text, with its time. */
public interface LogFields {
    /** The message of the line as JSON, which need not repeat the fields. */
    String message();

    /** Gives {@code members} each member of the line as JSON; a null value is left out. */
    void forEach(BiConsumer<String, Object> members);
}
