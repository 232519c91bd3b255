package dev.latchkey.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.dropwizard.jackson.Jackson;
import java.nio.file.Path;
import java.util.Map;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;

/** What is in a message cannot end its line, or look like another one, with the layout that {@code config.yml} has. */
final class LogLayoutTest {
    private static final String HOSTILE = "a\r\n2026-11-27T00:00:00.000Z ERROR\u001b[31m\u0085\tend";

    private final LoggerContext context = new LoggerContext();

    private String line(String format, Throwable exception, Map<String, String> mdc) throws Exception {
        JsonNode file = new YAMLMapper().readTree(Path.of("config.yml").toFile());
        ObjectNode settings = (ObjectNode) file.at("/logging/appenders/0/layout");
        settings.put("format", format);
        LayoutBase<ILoggingEvent> layout = Jackson.newObjectMapper()
                .treeToValue(settings, LogLayoutFactory.class)
                .build(context, TimeZone.getTimeZone("UTC"));
        layout.start();
        LoggingEvent event =
                new LoggingEvent("", context.getLogger("some.logger"), Level.WARN, HOSTILE, exception, null);
        event.setMDCPropertyMap(mdc);
        return layout.doLayout(event);
    }

    @Test
    void textStaysOnItsLine() throws Exception {
        assertThat(line("text", null, Map.of("requestId", "id", "traceId", "abc")))
                .matches("\\S+ WARN  \\[id] some\\.logger: a 2026-11-27T00:00:00\\.000Z ERROR \\[31m end trace=abc\n");
        assertThat(line("text", null, Map.of())).endsWith(" end\n").contains(" [-] ");
    }

    @Test
    void jsonHasTheWholeMessageAndTheExceptionInOneField() throws Exception {
        String line = line("json", new IllegalStateException(HOSTILE), Map.of("userId", "u", "operation", "readEntry"));
        assertThat(line).endsWith("}\n");
        assertThat(line.strip().chars()).allMatch(character -> character >= ' ' && character <= '~');
        JsonNode members = new JsonMapper().readTree(line);
        assertThat(members.path("message").asText()).isEqualTo(HOSTILE);
        assertThat(members.path("exception").asText())
                .startsWith("java.lang.IllegalStateException: a")
                .contains("\tat ");
        assertThat(members.path("user_id").asText()).isEqualTo("u");
        assertThat(members.path("operation").asText()).isEqualTo("readEntry");
        assertThat(members.has("request_id")).isFalse();
    }
}
