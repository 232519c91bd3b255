package dev.latchkey.server.http;

import com.codahale.metrics.health.HealthCheck;
import dev.latchkey.server.contract.ContractBundle;
import dev.latchkey.server.health.Readiness;
import dev.latchkey.server.maintenance.Maintenance;
import dev.latchkey.server.metrics.Metrics;
import io.dropwizard.core.setup.Environment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;

/** The parts of a server, which rooms add. */
public final class ServerParts {
    private final Environment environment;
    private final ContractBundle contract;
    private final Maintenance maintenance;
    private final Metrics metrics;
    private final LateRefusals refusals;
    private final Readiness readiness = new Readiness();
    private final Map<String, Admission> admissions = new HashMap<>();
    private final Set<String> directories = new HashSet<>();
    private final Set<String> unlogged = new HashSet<>();
    private final Map<List<String>, Integer> concurrencyLimits = new HashMap<>();
    private final List<Runnable> atDraining = new ArrayList<>();

    public ServerParts(Environment environment, ContractBundle contract, Maintenance maintenance, Metrics metrics) {
        this.environment = environment;
        this.contract = contract;
        this.maintenance = maintenance;
        this.metrics = metrics;
        this.refusals = new LateRefusals(environment
                .lifecycle()
                .scheduledExecutorService("turned-away-%d")
                .threads(1)
                .build());
        metrics.counter("latchkey_maintenance_failures", "Failures of periodic tasks.", maintenance::failures);
    }

    /** Adds a resource that implements operations of the contract. */
    public ServerParts resource(Object resource) {
        environment.jersey().register(resource);
        return this;
    }

    /** Adds a check that can refuse a {@code POST} to this path before it is processed. */
    public ServerParts admission(String path, Admission admission) {
        if (admissions.put(path, admission) != null) {
            throw new IllegalStateException(path + " has an admission already");
        }
        return this;
    }

    /** Limits how many requests of these paths are served at once; others get 503. */
    public ServerParts concurrencyLimit(int maxRequests, String... paths) {
        concurrencyLimits.put(List.of(paths), maxRequests);
        return this;
    }

    /** Adds a path that may end in a slash, and redirects from there. Every other path with one is not found. */
    public ServerParts directory(String path) {
        directories.add(path);
        return this;
    }

    /** Keeps requests of these paths out of the request log. */
    public ServerParts withoutLogLine(String... paths) {
        unlogged.addAll(List.of(paths));
        return this;
    }

    /** Adds what is done when the server begins to drain; it must not throw. */
    public ServerParts atDraining(Runnable work) {
        atDraining.add(work);
        return this;
    }

    /** Adds a health check, which fails if {@code work} does. */
    public ServerParts healthCheck(String name, Runnable work) {
        environment.healthChecks().register(name, new HealthCheck() {
            @Override
            protected Result check() {
                work.run();
                return Result.healthy();
            }
        });
        return this;
    }

    /**
     * Starts the periodic tasks and checks with the server, after what is managed already, and ends them before it. To be called when all
     * parts are there.
     */
    public void manage() {
        Map<String, DoubleSupplier> passed = new LinkedHashMap<>();
        readiness.passed().forEach((name, check) -> passed.put(name, () -> check.getAsBoolean() ? 1 : 0));
        metrics.gauge(
                "latchkey_readiness_check", "Whether the check found nothing wrong: 1 if so, else 0.", "check", passed);
        environment.lifecycle().manage(maintenance);
        environment.lifecycle().manage(readiness);
    }

    /** For what the room adds to the contract. */
    public ContractBundle contract() {
        return contract;
    }

    /** For the room's periodic tasks. */
    public Maintenance maintenance() {
        return maintenance;
    }

    /** For the room's metrics. */
    public Metrics metrics() {
        return metrics;
    }

    /** For what the room needs to be ready. */
    public Readiness readiness() {
        return readiness;
    }

    /** For what the room refuses. */
    public LateRefusals refusals() {
        return refusals;
    }

    Map<String, Admission> admissions() {
        return admissions;
    }

    Set<String> directories() {
        return directories;
    }

    Set<String> unlogged() {
        return unlogged;
    }

    List<Runnable> atDraining() {
        return atDraining;
    }

    Map<List<String>, Integer> concurrencyLimits() {
        return concurrencyLimits;
    }
}
