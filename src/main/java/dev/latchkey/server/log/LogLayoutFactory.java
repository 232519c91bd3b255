package dev.latchkey.server.log;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.pattern.PatternLayoutBase;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeName;
import io.dropwizard.logging.common.DropwizardLayout;
import io.dropwizard.logging.common.layout.DiscoverableLayoutFactory;
import jakarta.validation.constraints.NotNull;
import java.util.TimeZone;

/** {@code layout} of an appender: one setting, {@code format}, says for every log whether its lines are text or JSON. */
@JsonTypeName("latchkey")
public final class LogLayoutFactory implements DiscoverableLayoutFactory<ILoggingEvent> {
    @NotNull
    @JsonProperty
    private LogFormat format = LogFormat.TEXT;

    /** Of lines of text. */
    @NotNull
    @JsonProperty
    private String pattern = "%msg%n";

    @Override
    public LayoutBase<ILoggingEvent> build(LoggerContext context, TimeZone timeZone) {
        if (format == LogFormat.JSON) {
            JsonLines lines = new JsonLines();
            lines.setContext(context);
            return lines;
        }
        PatternLayoutBase<ILoggingEvent> text = new DropwizardLayout(context, timeZone);
        text.setPattern(pattern);
        return text;
    }
}
