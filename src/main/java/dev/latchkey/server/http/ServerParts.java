package dev.latchkey.server.http;

import dev.latchkey.server.contract.ContractBundle;
import dev.latchkey.server.maintenance.Maintenance;
import io.dropwizard.jersey.setup.JerseyEnvironment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a server is put together from. Each room adds what it brings. */
public final class ServerParts {
    private final JerseyEnvironment jersey;
    private final ContractBundle contract;
    private final Maintenance maintenance;
    private final Map<String, Admission> admissions = new HashMap<>();
    private final Set<String> directories = new HashSet<>();
    private final Map<List<String>, Integer> atOnceByPaths = new HashMap<>();

    public ServerParts(JerseyEnvironment jersey, ContractBundle contract, Maintenance maintenance) {
        this.jersey = jersey;
        this.contract = contract;
        this.maintenance = maintenance;
    }

    /** Something that implements operations of the contract. */
    public ServerParts resource(Object resource) {
        jersey.register(resource);
        return this;
    }

    /** Who decides whether a {@code POST} to this path is worth looking at. */
    public ServerParts admission(String path, Admission admission) {
        admissions.put(path, admission);
        return this;
    }

    /** Answers no more than so many requests of these paths at once, and all others with 503. */
    public ServerParts limit(int atOnce, String... paths) {
        atOnceByPaths.put(List.of(paths), atOnce);
        return this;
    }

    /** A path that people type with a slash at its end, and are led on from. Every other with one is not found. */
    public ServerParts directory(String path) {
        directories.add(path);
        return this;
    }

    /** What the room adds to the contract. */
    public ContractBundle contract() {
        return contract;
    }

    /** What is done beside the requests. */
    public Maintenance maintenance() {
        return maintenance;
    }

    Map<String, Admission> admissions() {
        return admissions;
    }

    Set<String> directories() {
        return directories;
    }

    Map<List<String>, Integer> atOnceByPaths() {
        return atOnceByPaths;
    }
}
