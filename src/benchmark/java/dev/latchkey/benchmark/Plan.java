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
        return new Plan(
                engine, 3, Duration.ofSeconds(4), Duration.ofSeconds(20), Duration.ofSeconds(4), 10_000_000, true);
    }

    /** More rounds, shorter ones, and servers that are warm, to tell apart two that are almost alike. */
    static Plan precise(Engine engine) {
        return new Plan(
                engine, 40, Duration.ofSeconds(4), Duration.ofSeconds(60), Duration.ofSeconds(1), 10_000_000, true);
    }

    /** Enough rounds for a median, and servers for whose code there is nothing left to compile. */
    static Plan warm(Engine engine) {
        return new Plan(
                engine, 7, Duration.ofSeconds(4), Duration.ofSeconds(120), Duration.ofSeconds(4), 10_000_000, true);
    }

    /** As long as a build has time for. */
    static Plan brief() {
        return new Plan(
                Engine.SQLITE, 5, Duration.ofSeconds(4), Duration.ofSeconds(10), Duration.ofSeconds(2), 20_000, false);
    }

    private static Plan smoke(Engine engine) {
        Duration moment = Duration.ofMillis(50);
        return new Plan(engine, 1, moment, moment, moment, 20_000, false);
    }
}
