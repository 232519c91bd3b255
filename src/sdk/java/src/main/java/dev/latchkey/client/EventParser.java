package dev.latchkey.client;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** Takes a stream of server-sent events apart (the HTML standard, section 9.2), in whatever pieces its bytes come. */
final class EventParser {
    /** That of a duration in milliseconds, and more than long enough. */
    private static final Pattern MILLISECONDS = Pattern.compile("[0-9]{1,9}");

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final StringBuilder data = new StringBuilder();
    private String name = "";
    private String id = "";
    private Duration retry;
    private boolean isFirstLine = true;
    private boolean isAfterCarriageReturn;

    /**
     * An event with a name and data.
     *
     * @param id the last one that the stream had until then; empty if there was none
     */
    record Event(String name, String data, String id) {}

    /** The next event, if these bytes complete one; the rest of the bytes is left for the next call. */
    Optional<Event> next(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            byte next = bytes.get();
            boolean isLineFeedOfPair = isAfterCarriageReturn && next == '\n';
            isAfterCarriageReturn = next == '\r';
            if (next != '\n' && next != '\r') {
                line.write(next);
            } else if (!isLineFeedOfPair) {
                Optional<Event> event = lineEnds();
                if (event.isPresent()) {
                    return event;
                }
            }
        }
        return Optional.empty();
    }

    /** How long the server wants clients to wait before they connect again; empty if it has not said. */
    Optional<Duration> retry() {
        return Optional.ofNullable(retry);
    }

    private Optional<Event> lineEnds() {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (isFirstLine && text.startsWith(BYTE_ORDER_MARK)) {
            text = text.substring(BYTE_ORDER_MARK.length());
        }
        isFirstLine = false;
        if (text.isEmpty()) {
            return eventEnds();
        }
        // A comment is a field without a name.
        int colon = text.indexOf(':');
        String value = colon < 0 ? "" : text.substring(colon + 1);
        field(colon < 0 ? text : text.substring(0, colon), value.startsWith(" ") ? value.substring(1) : value);
        return Optional.empty();
    }

    private void field(String field, String value) {
        switch (field) {
            case "event" -> name = value;
            case "data" -> data.append(value).append('\n');
            case "id" -> id = value.indexOf('\0') < 0 ? value : id;
            case "retry" -> {
                if (MILLISECONDS.matcher(value).matches()) {
                    retry = Duration.ofMillis(Long.parseLong(value));
                }
            }
            default -> {
                // Of a newer server.
            }
        }
    }

    private Optional<Event> eventEnds() {
        Optional<Event> event = data.isEmpty()
                ? Optional.empty()
                : Optional.of(new Event(name, data.substring(0, data.length() - 1), id));
        name = "";
        data.setLength(0);
        return event;
    }
}
