package dev.latchkey.server.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Writes lines on a thread of its own: one at once, those of the next milliseconds together. Logback's way wakes its thread for nearly
 * every line and writes each by itself, which takes longer than to make the line.
 */
final class BatchedAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
    private static final long PAUSE_MILLIS = 10;
    private static final int MAX_BYTES = 64 << 10;
    private static final long MAX_STOP_MILLIS = 2_000;

    private final OutputStreamAppender<ILoggingEvent> lines;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private final OutputStream target;
    private final boolean isDropping;
    private final BlockingQueue<ILoggingEvent> queue;
    private Thread writer;

    /**
     * Writes to {@code target} what {@code lines} makes of the events.
     *
     * @param queueSize how many events may wait to be written
     * @param isDropping whether an event for which there is no room is dropped; otherwise its thread waits
     */
    BatchedAppender(OutputStreamAppender<ILoggingEvent> lines, OutputStream target, int queueSize, boolean isDropping) {
        this.lines = lines;
        this.target = target;
        this.isDropping = isDropping;
        this.queue = new ArrayBlockingQueue<>(queueSize);
        lines.setImmediateFlush(false);
        lines.setOutputStream(pending);
        setContext(lines.getContext());
        setName("batched-" + lines.getName());
    }

    @Override
    public void start() {
        writer = new Thread(this::write, getName());
        writer.setDaemon(true);
        writer.start();
        super.start();
    }

    /** Writes what is in the queue, and ends. */
    @Override
    public void stop() {
        if (!isStarted()) {
            return;
        }
        super.stop();
        writer.interrupt();
        try {
            writer.join(MAX_STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        lines.stop();
    }

    @Override
    protected void append(ILoggingEvent event) {
        event.prepareForDeferredProcessing();
        if (queue.offer(event) || isDropping) {
            return;
        }
        try {
            queue.put(event);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        List<ILoggingEvent> batch = new ArrayList<>();
        try {
            while (true) {
                batch.add(queue.take());
                write(batch);
                // The lines that come meanwhile need not wake this thread.
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            // Stopped.
        }
        write(batch);
    }

    private void write(List<ILoggingEvent> batch) {
        queue.drainTo(batch);
        for (ILoggingEvent event : batch) {
            lines.doAppend(event);
            if (pending.size() >= MAX_BYTES) {
                flush();
            }
        }
        batch.clear();
        flush();
    }

    /** Whole lines only: others write to the same target. */
    private void flush() {
        try {
            pending.writeTo(target);
            target.flush();
        } catch (IOException e) {
            addError("Lines cannot be written", e);
        }
        pending.reset();
    }
}
