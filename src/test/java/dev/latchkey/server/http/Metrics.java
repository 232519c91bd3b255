package dev.latchkey.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latchkey.testing.ServerExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** What operators see on the admin port. */
public final class Metrics {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Metrics() {}

    static long gauge(ServerExtension server, String name) {
        return all(server).path("gauges").path(name).path("value").longValue();
    }

    public static long meter(ServerExtension server, String name) {
        return all(server).path("meters").path(name).path("count").longValue();
    }

    /** How many requests are not yet answered to their last byte. */
    static long active(ServerExtension server) {
        JsonNode counters = all(server).path("counters");
        long active = 0;
        for (Map.Entry<String, JsonNode> counter : counters.properties()) {
            if (counter.getKey().contains("Handler.active-requests")) {
                active += counter.getValue().path("count").longValue();
            }
        }
        return active;
    }

    private static JsonNode all(ServerExtension server) {
        try {
            return MAPPER.readTree(server.admin().resolve("/metrics").toURL());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
