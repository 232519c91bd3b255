package dev.latchkey.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The levels in the section {@code logging}. Dropwizard takes one that it does not know for INFO, and does not say so. */
final class LogLevels {
    private static final List<String> KNOWN = List.of("OFF", "ERROR", "WARN", "INFO", "DEBUG", "TRACE", "ALL");

    private final List<Binding.Failure> failures = new ArrayList<>();

    private LogLevels() {}

    static List<Binding.Failure> failures(JsonNode logging) {
        LogLevels levels = new LogLevels();
        levels.look("logging", logging);
        logging.path("loggers").properties().forEach(logger -> {
            String name = "logging.loggers." + logger.getKey();
            if (logger.getValue().isObject()) {
                levels.look(name, logger.getValue());
            } else {
                levels.level(name, logger.getValue());
            }
        });
        return levels.failures;
    }

    private void look(String name, JsonNode section) {
        level(name + ".level", section.path("level"));
        JsonNode appenders = section.path("appenders");
        for (int i = 0; i < appenders.size(); i++) {
            level(name + ".appenders[" + i + "].threshold", appenders.path(i).path("threshold"));
        }
    }

    private void level(String name, JsonNode level) {
        // In YAML 1.1, OFF without quotation marks means false.
        if (level.isMissingNode() || level.isNull() || level.isBoolean()) {
            return;
        }
        String text = level.asText();
        if (!KNOWN.contains(text.toUpperCase(Locale.ROOT))) {
            failures.add(
                    new Binding.Failure(name, "is no level: '" + text + "': write one of " + String.join(", ", KNOWN)));
        }
    }
}
