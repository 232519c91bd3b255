package dev.latchkey.server.health;

import com.codahale.metrics.health.AsyncHealthCheckDecorator;
import com.codahale.metrics.health.HealthCheck;
import com.codahale.metrics.health.HealthCheckRegistry;
import io.dropwizard.lifecycle.Managed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What the server needs to serve requests. Each check runs every few seconds by itself, so that a question costs nothing and cannot be
 * used to load the database.
 *
 * <p>The schedule is that of Dropwizard Metrics, whose results keep their reason, and expire if a check hangs. {@code dropwizard-health}
 * has neither.
 */
public final class Readiness implements Managed {
    private static final String SHUTDOWN = "shutdown";

    private final Map<String, ScheduledCheck> checks = new LinkedHashMap<>();
    private HealthCheckRegistry scheduled;
    private volatile boolean isShuttingDown;

    /**
     * The last result of a check.
     *
     * @param isNeeded whether the server is not ready without it
     * @param complaint what is wrong, in words for strangers; empty if nothing is
     */
    public record State(String name, boolean isNeeded, Optional<String> complaint) {}

    /**
     * Adds something without which the server is not ready. To be called before the start.
     *
     * @param name lower-case words with hyphens
     * @param complaint what strangers are told if {@code check} gives false or throws: a sentence without secrets. The log has the rest
     */
    public Readiness require(String name, String complaint, BooleanSupplier check) {
        return add(new ScheduledCheck(name, true, complaint, check));
    }

    /** Adds something that is worth a complaint, but without which the server is ready all the same. */
    public Readiness watch(String name, String complaint, BooleanSupplier check) {
        return add(new ScheduledCheck(name, false, complaint, check));
    }

    private Readiness add(ScheduledCheck check) {
        if (checks.put(check.name(), check) != null) {
            throw new IllegalStateException("There is a check " + check.name() + " already");
        }
        return this;
    }

    /** Runs each check once, and then again and again. */
    @Override
    public void start() {
        // One thread for each, so that a check that hangs holds up no other.
        scheduled = new HealthCheckRegistry(Math.max(1, checks.size()));
        for (ScheduledCheck check : checks.values()) {
            scheduled.register(check.name(), check);
            // A server that is up has an answer.
            ((AsyncHealthCheckDecorator) scheduled.getHealthCheck(check.name())).run();
        }
    }

    @Override
    public void stop() {
        if (scheduled != null) {
            scheduled.shutdown();
        }
    }

    /** By the name of each check, whether it last found nothing wrong. */
    public Map<String, BooleanSupplier> passed() {
        Map<String, BooleanSupplier> passed = new LinkedHashMap<>();
        checks.keySet().forEach(name -> passed.put(name, () -> result(name).isHealthy()));
        return passed;
    }

    private HealthCheck.Result result(String name) {
        return scheduled.runHealthCheck(name);
    }

    /** From now on the server is not ready, whatever the checks find. */
    public void shutDown() {
        isShuttingDown = true;
    }

    /** The last results. */
    public List<State> states() {
        List<State> states = new ArrayList<>();
        checks.forEach((name, check) -> states.add(new State(
                name, check.isNeeded(), Optional.ofNullable(result(name).getMessage()))));
        if (isShuttingDown) {
            states.add(new State(SHUTDOWN, true, Optional.of("The server is shutting down.")));
        }
        return states;
    }
}
