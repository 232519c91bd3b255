package dev.latchkey.benchmark;

import dev.latchkey.testing.Engine;
import java.time.Duration;

/**
 * How long to measure.
 *
 * @param rounds how often everything is measured, in turns, so that a slow minute of the machine hits all alike
 * @param warmUp how long before each figure of a store; a cold JVM is many times slower
 * @param serverWarmUp how long each server is used before the first round
 * @param entries how many the large store has
 * @param ownProcess whether each figure of a store comes from a JVM that has done nothing else
 */
record Plan(
        Engine engine,
        int rounds,
        Duration warmUp,
        Duration serverWarmUp,
        Duration measurement,
        int entries,
        boolean ownProcess) {

    /** That of a name: {@code full}, {@code postgres}, or to look whether they run {@code smoke}, {@code smoke-postgres}. */
    static Plan named(String name) {
        return switch (name) {
            case "full" -> full(Engine.SQLITE);
            case "postgres" -> full(Engine.POSTGRES);
            case "smoke" -> smoke(Engine.SQLITE);
            case "smoke-postgres" -> smoke(Engine.POSTGRES);
            default -> throw new IllegalArgumentException("full, postgres, smoke or smoke-postgres, not " + name);
        };
    }

    private static Plan full(Engine engine) {
        return full(engine, 3, Duration.ofSeconds(4));
    }

    private static Plan full(Engine engine, int rounds, Duration measurement) {
        return new Plan(engine, rounds, Duration.ofSeconds(4), Duration.ofSeconds(20), measurement, 10_000_000, true);
    }

    /** More rounds, and shorter ones, to tell apart two servers that are almost alike. */
    static Plan precise(Engine engine) {
        return full(engine, 15, Duration.ofSeconds(2));
    }

    private static Plan smoke(Engine engine) {
        Duration moment = Duration.ofMillis(50);
        return new Plan(engine, 1, moment, moment, moment, 20_000, false);
    }
}
