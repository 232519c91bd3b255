package dev.latchkey.cli;

import dev.latchkey.server.database.StoreCopy;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/** The progress of a copy: on a terminal one line that is overwritten, elsewhere a line from time to time. */
final class ProgressBar implements StoreCopy.Progress, AutoCloseable {
    private static final long TERMINAL_PAUSE_NANOS = 100_000_000L;
    private static final long LOG_PAUSE_NANOS = 10_000_000_000L;
    private static final int WIDTH = 20;
    private static final int LINE = 79;

    private final PrintStream out;
    private final boolean isTerminal;
    private final LongSupplier nanos;
    private long lastNanos;
    private boolean isDrawn;

    ProgressBar(PrintStream out, boolean isTerminal, LongSupplier nanos) {
        this.out = out;
        this.isTerminal = isTerminal;
        this.nanos = nanos;
        this.lastNanos = nanos.getAsLong();
    }

    static ProgressBar onStandardError() {
        return new ProgressBar(System.err, Terminal.isAt(Terminal.ERROR), System::nanoTime);
    }

    @Override
    public void at(String step, long done, long total) {
        long now = nanos.getAsLong();
        if (now - lastNanos < (isTerminal ? TERMINAL_PAUSE_NANOS : LOG_PAUSE_NANOS)) {
            return;
        }
        lastNanos = now;
        long percent = 100 * done / total;
        if (isTerminal) {
            int filled = (int) (WIDTH * done / total);
            String bar = "[" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] " + percent + " % " + step;
            out.print("\r" + String.format(Locale.ROOT, "%-" + LINE + "." + LINE + "s", bar));
            out.flush();
            isDrawn = true;
        } else {
            out.println(percent + " % " + step);
        }
    }

    /** Clears the line for the next output. */
    @Override
    public void close() {
        if (isDrawn) {
            out.print("\r" + " ".repeat(LINE) + "\r");
            out.flush();
        }
    }
}
