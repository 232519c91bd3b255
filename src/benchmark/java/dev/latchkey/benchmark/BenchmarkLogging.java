package dev.latchkey.benchmark;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** Nobody configures a log where there is no server; without configuration it says everything. */
public final class BenchmarkLogging {
    private BenchmarkLogging() {}

    public static void quiet() {
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
    }
}
