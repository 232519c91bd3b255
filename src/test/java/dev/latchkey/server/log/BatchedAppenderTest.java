package dev.latchkey.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class BatchedAppenderTest {
    private final LoggerContext context = new LoggerContext();
    private final Target target = new Target();
    private BatchedAppender appender;

    /** Each write, and a gate in front of it. */
    private static final class Target extends OutputStream {
        private final List<String> writes = new ArrayList<>();
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch gate = new CountDownLatch(1);

        @Override
        public void write(int b) {
            throw new AssertionError("byte by byte");
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            begun.countDown();
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (length > 0) {
                writes.add(new String(bytes, offset, length, StandardCharsets.UTF_8));
            }
        }
    }

    private void begin(int queueSize, boolean isDropping) {
        context.setMDCAdapter(new LogbackMDCAdapter());
        PatternLayout layout = new PatternLayout();
        layout.setContext(context);
        layout.setPattern("%msg%n");
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setLayout(layout);
        OutputStreamAppender<ILoggingEvent> lines = new OutputStreamAppender<>();
        lines.setContext(context);
        lines.setEncoder(encoder);
        lines.setOutputStream(new ByteArrayOutputStream());
        lines.start();
        appender = new BatchedAppender(lines, target, queueSize, isDropping);
        appender.start();
    }

    @AfterEach
    void stop() {
        target.gate.countDown();
        appender.stop();
    }

    private void log(String message) {
        Logger logger = context.getLogger("requests");
        appender.doAppend(new LoggingEvent("", logger, Level.INFO, message, null, new Object[0]));
    }

    private String written() {
        return String.join("", target.writes);
    }

    @Test
    void writesAllLinesBeforeItStopsInOrderAndInFewWrites() {
        target.gate.countDown();
        begin(10_000, false);
        List<String> messages =
                IntStream.range(0, 5_000).mapToObj(i -> "line " + i).toList();

        messages.forEach(this::log);
        appender.stop();

        assertThat(written().lines()).isEqualTo(messages);
        assertThat(target.writes).hasSizeLessThan(500).allSatisfy(text -> assertThat(text)
                .endsWith("\n"));
    }

    @Test
    void endsNoWriteWithinALine() {
        target.gate.countDown();
        begin(10_000, false);
        String message = "a line of text ".repeat(100);

        IntStream.range(0, 500).forEach(i -> log(message));
        appender.stop();

        assertThat(written()).hasLineCount(500);
        assertThat(target.writes)
                .hasSizeGreaterThan(5)
                .allSatisfy(text -> assertThat(text).startsWith("a line").endsWith("\n"));
    }

    @Test
    void dropsLinesRatherThanWaitForASlowTarget() throws InterruptedException {
        begin(3, true);
        log("first");
        target.begun.await();

        IntStream.range(0, 100).forEach(i -> log("line " + i));
        target.gate.countDown();
        appender.stop();

        assertThat(written().lines()).containsExactly("first", "line 0", "line 1", "line 2");
    }

    @Test
    void losesNoLineIfItMayWait() throws InterruptedException {
        begin(3, false);
        log("first");
        target.begun.await();
        Thread logging = new Thread(() -> IntStream.range(0, 100).forEach(i -> log("line " + i)));
        logging.start();

        target.gate.countDown();
        logging.join();
        appender.stop();

        assertThat(written()).hasLineCount(101).endsWith("line 99\n");
    }
}
