package dev.latchkey.server.log;

import ch.qos.logback.classic.pattern.RootCauseFirstThrowableProxyConverter;
import ch.qos.logback.classic.pattern.ThrowableHandlingConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.latchkey.server.audit.AuditLog;
import io.dropwizard.logging.json.layout.AbstractJsonLayout;
import io.dropwizard.logging.json.layout.JsonFormatter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Each line is one JSON object in ASCII: whatever it holds, it cannot end the line, and the charset of the locale does not matter.
 *
 * <p>Dropwizard's own layout would walk the stack for each line, and knows no members beside the message.
 */
final class JsonLines extends AbstractJsonLayout<ILoggingEvent> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** What the MDC of a request has, and its member of the line. */
    private static final Map<String, String> MDC_MEMBERS = Map.of(
            AuditLog.REQUEST_ID, "request_id",
            AuditLog.TRACE_ID, "trace_id",
            AuditLog.USER_ID, "user_id",
            AuditLog.OPERATION, "operation",
            AuditLog.CLIENT, "client");

    private final ThrowableHandlingConverter exceptions = new RootCauseFirstThrowableProxyConverter();

    JsonLines() {
        super(new JsonFormatter(
                JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build(), false, true));
    }

    @Override
    public void start() {
        exceptions.start();
        super.start();
    }

    @Override
    public void stop() {
        super.stop();
        exceptions.stop();
    }

    @Override
    protected Map<String, Object> toJsonMap(ILoggingEvent event) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("time", TIME.format(Instant.ofEpochMilli(event.getTimeStamp())));
        line.put("level", event.getLevel().toString());
        line.put("logger", event.getLoggerName());
        Object[] arguments = event.getArgumentArray();
        Object only = arguments != null && arguments.length == 1 ? arguments[0] : null;
        if (only instanceof LogFields fields) {
            line.put("message", fields.message());
            fields.forEach((name, value) -> {
                if (value != null) {
                    line.put(name, value);
                }
            });
            return line;
        }
        if (only instanceof JsonNode node && node.isObject()) {
            // An event of the audit log, which is complete as it is.
            line.put("message", node.path("event").asText());
            node.properties().forEach(member -> line.put(member.getKey(), member.getValue()));
            addMdc(event, line);
            return line;
        }
        line.put("message", event.getFormattedMessage());
        addMdc(event, line);
        if (event.getThrowableProxy() != null) {
            line.put("exception", exceptions.convert(event));
        }
        return line;
    }

    private static void addMdc(ILoggingEvent event, Map<String, Object> line) {
        Map<String, String> mdc = event.getMDCPropertyMap();
        MDC_MEMBERS.forEach((key, member) -> {
            String value = mdc.get(key);
            if (value != null) {
                line.putIfAbsent(member, value);
            }
        });
    }
}
