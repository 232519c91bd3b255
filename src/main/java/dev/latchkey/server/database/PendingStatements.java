package dev.latchkey.server.database;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * Changes that are still to be run, each about one key, in the few round trips that {@link PlainStatements#updateAll} takes. Those of a key
 * keep their order. Those of different keys must have nothing to do with each other, because the same statement is run for many keys at once.
 */
public final class PendingStatements {
    /** By how many statements come before, of the same key: the rows of values of each statement. */
    private final List<Map<String, List<Object[]>>> steps = new ArrayList<>();

    private final Map<String, Integer> stepsOfKey = new HashMap<>();

    /** Adds a change; parameters are those of {@link PlainStatements}. */
    public void add(String key, String sql, Object... values) {
        int step = stepsOfKey.merge(key, 1, Integer::sum) - 1;
        if (step == steps.size()) {
            steps.add(new LinkedHashMap<>());
        }
        steps.get(step).computeIfAbsent(sql, missing -> new ArrayList<>()).add(values);
    }

    /** Runs them, once. */
    public void run(Handle handle) {
        steps.forEach(step -> step.forEach((sql, rows) -> PlainStatements.updateAll(handle, sql, rows)));
        steps.clear();
        stepsOfKey.clear();
    }
}
