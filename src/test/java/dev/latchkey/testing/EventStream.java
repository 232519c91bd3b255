package dev.latchkey.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A stream of changes, read event by event; sees to it that each is one of the contract. */
public final class EventStream implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpURLConnection connection;
    private final BufferedReader lines;

    /** An event; the id is null if it has none. */
    public record Event(String id, String name, JsonNode data) {

        public long revision() {
            return data.path("revision").longValue();
        }
    }

    private EventStream(HttpURLConnection connection) throws IOException {
        this.connection = connection;
        this.lines = new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Opens one; {@code query} is empty or begins with a question mark. A stream that gives nothing for a minute fails. */
    public static EventStream open(URI server, String token, String query, String... headers) {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    server.resolve("/api/changes" + query).toURL().openConnection();
            connection.setReadTimeout((int) Duration.ofMinutes(1).toMillis());
            connection.setRequestProperty("Authorization", "Bearer " + token);
            connection.setRequestProperty("Accept", "text/event-stream");
            for (int i = 0; i < headers.length; i += 2) {
                connection.setRequestProperty(headers[i], headers[i + 1]);
            }
            return new EventStream(connection);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A header of the response, or null. */
    public String header(String name) {
        return connection.getHeaderField(name);
    }

    /** Waits for the next event; empty if the stream is over. */
    public Optional<Event> next() {
        try {
            Map<String, String> fields = new HashMap<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isEmpty()) {
                    String[] field = line.split(": ", 2);
                    fields.put(field[0], field[1]);
                } else if (fields.containsKey("data")) {
                    Event event = new Event(fields.get("id"), fields.get("event"), MAPPER.readTree(fields.get("data")));
                    Contract.checkEvent(event.name(), event.data());
                    return Optional.of(event);
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the next event that is no position. */
    public Event nextChange() {
        Event event = next().orElseThrow();
        return event.name().equals("position") ? nextChange() : event;
    }

    @Override
    public void close() {
        connection.disconnect();
    }
}
