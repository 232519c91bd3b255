package dev.latchkey.server.audit;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The record of who did what to accounts, sessions and keys: one line of JSON an event, through the logger {@code audit}.
 *
 * <p>Each event has its time in UTC, and if a request caused it, the request's id and client address. None contains a password, a
 * token, a value, or an unknown username as it was typed, since people type passwords there by mistake.
 */
public final class AuditLog {
    /** The key of the client's address in the MDC of a request. */
    public static final String CLIENT = "client";

    /** The key of the request id in the MDC of a request. */
    public static final String REQUEST_ID = "requestId";

    /** The key in the MDC of a request that is part of a trace. */
    public static final String TRACE_ID = "traceId";

    /** The key of the caller in the MDC of a request, once an access token was accepted. */
    public static final String USER_ID = "userId";

    /** The key of the operation in the MDC of a request, once it is known. */
    public static final String OPERATION = "operation";

    private static final Logger LOG = LoggerFactory.getLogger("audit");
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private AuditLog() {}

    /**
     * Records an event.
     *
     * @param userId the user whose account it is about, or null
     * @param details pairs of a name and a value; a null value is left out
     */
    public static void record(AuditEvent event, String userId, String... details) {
        ObjectNode line = MAPPER.createObjectNode();
        line.put("time", TIME.format(Instant.now()));
        line.put("event", event.text());
        put(line, "user_id", userId);
        for (int i = 0; i < details.length; i += 2) {
            put(line, details[i], details[i + 1]);
        }
        put(line, "request_id", MDC.get(REQUEST_ID));
        put(line, "trace_id", MDC.get(TRACE_ID));
        put(line, "client", MDC.get(CLIENT));
        LOG.info("{}", line);
    }

    private static void put(ObjectNode line, String name, String value) {
        if (value != null) {
            line.put(name, value);
        }
    }
}
