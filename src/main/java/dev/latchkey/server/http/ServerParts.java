package dev.latchkey.server.http;

import dev.latchkey.server.maintenance.Maintenance;
import dev.latchkey.server.problem.ErrorCode;
import io.dropwizard.jersey.setup.JerseyEnvironment;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a server is put together from. Each room adds what it brings. */
public final class ServerParts {
    private final JerseyEnvironment jersey;
    private final Maintenance maintenance;
    private final Map<String, Admission> admissions = new HashMap<>();
    private final Map<String, Map<ErrorCode, String>> words = new HashMap<>();
    private final Map<List<String>, Integer> atOnceByPaths = new HashMap<>();
    private final Map<Class<?>, Long> maxBodyBytes = new HashMap<>();

    public ServerParts(JerseyEnvironment jersey, Maintenance maintenance) {
        this.jersey = jersey;
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

    /** What the contract says at this path with a code, where it has other words there than everywhere else. */
    public ServerParts words(String path, ErrorCode code, String message) {
        words.computeIfAbsent(path, absent -> new EnumMap<>(ErrorCode.class)).put(code, message);
        return this;
    }

    /** How many bytes a body of this generated class may have, where that is not the usual. */
    public ServerParts maxBodyBytes(Class<?> body, long bytes) {
        maxBodyBytes.put(body, bytes);
        return this;
    }

    /** Answers no more than so many requests of these paths at once, and all others with 503. */
    public ServerParts limit(int atOnce, String... paths) {
        atOnceByPaths.put(List.of(paths), atOnce);
        return this;
    }

    /** What is done beside the requests. */
    public Maintenance maintenance() {
        return maintenance;
    }

    Map<String, Map<ErrorCode, String>> words() {
        return words;
    }

    Map<String, Admission> admissions() {
        return admissions;
    }

    Map<List<String>, Integer> atOnceByPaths() {
        return atOnceByPaths;
    }

    Map<Class<?>, Long> maxBodyBytes() {
        return maxBodyBytes;
    }
}
