package dev.latchkey.server.log;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import com.fasterxml.jackson.annotation.JsonTypeName;
import io.dropwizard.logging.common.ConsoleAppenderFactory;
import io.dropwizard.logging.common.async.AsyncAppenderFactory;
import java.io.OutputStream;

/**
 * An appender of type {@code console-batched}, for a log of many lines: as {@code console}, but lines may come some milliseconds later, and
 * {@code discardingThreshold} and {@code messageRate} have no effect.
 */
@JsonTypeName("console-batched")
public final class BatchedConsoleFactory extends ConsoleAppenderFactory<ILoggingEvent> {
    private boolean isDropping;

    @Override
    public void setNeverBlock(boolean neverBlock) {
        super.setNeverBlock(neverBlock);
        isDropping = neverBlock;
    }

    @Override
    protected OutputStreamAppender<ILoggingEvent> appender(LoggerContext context) {
        OutputStreamAppender<ILoggingEvent> lines = new OutputStreamAppender<>();
        lines.setName("console-appender");
        lines.setContext(context);
        // It cannot be started without one.
        lines.setOutputStream(OutputStream.nullOutputStream());
        return lines;
    }

    @Override
    protected Appender<ILoggingEvent> wrapAsync(
            Appender<ILoggingEvent> lines, AsyncAppenderFactory<ILoggingEvent> unused) {
        ConsoleTarget target = getTarget() == ConsoleStream.STDERR ? ConsoleTarget.SystemErr : ConsoleTarget.SystemOut;
        BatchedAppender batched = new BatchedAppender(
                (OutputStreamAppender<ILoggingEvent>) lines, target.getStream(), getQueueSize(), isDropping);
        batched.start();
        return batched;
    }
}
