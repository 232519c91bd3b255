package dev.latchkey.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/** What must be in the store by what one client was told, and what may be. */
public final class Model {
    /** Where one thing is stored: an account, whose key is empty, or an entry of it. */
    public record Slot(String username, String key) {
        static Slot account(String username) {
            return new Slot(username, "");
        }

        boolean isAccount() {
            return key.isEmpty();
        }
    }

    /**
     * One write.
     *
     * @param before what was in the slot; null for nothing
     * @param after what is in it then
     * @param sent by whatever clock, no earlier than the request
     * @param acknowledged no earlier than the acknowledgement; {@link #NEVER} where none came
     */
    record Operation(Slot slot, String before, String after, long sent, long acknowledged) {
        static final long NEVER = Long.MAX_VALUE;
    }

    /** How many operations without acknowledgement were found in the store, and how many not. */
    public record Settled(int found, int absent) {
        public Settled plus(Settled other) {
            return new Settled(found + other.found, absent + other.absent);
        }
    }

    private final Map<Slot, String> known = new HashMap<>();
    private final Map<Slot, Operation> doubtful = new HashMap<>();

    /** What the client knew at some moment, by all that it ever did. */
    static Model at(long moment, List<Operation> history) {
        Model model = new Model();
        for (Operation operation : history) {
            if (operation.acknowledged() <= moment) {
                model.acknowledge(operation);
            } else if (operation.sent() <= moment) {
                model.doubt(operation);
            } else {
                break;
            }
        }
        return model;
    }

    void acknowledge(Operation operation) {
        if (operation.after() == null) {
            known.remove(operation.slot());
        } else {
            known.put(operation.slot(), operation.after());
        }
    }

    /** From here on, both what was in the slot and what the operation would put there are right. */
    void doubt(Operation operation) {
        assertThat(doubtful.put(operation.slot(), operation)).isNull();
        known.remove(operation.slot());
    }

    /** What must be in the slot; null for nothing. Ask only where there is no doubt. */
    String get(Slot slot) {
        return known.get(slot);
    }

    boolean isDoubtful(Slot slot) {
        return doubtful.containsKey(slot);
    }

    public int doubts() {
        return doubtful.size();
    }

    Collection<Slot> slots() {
        return known.keySet();
    }

    /** Fails unless the store holds what these models say, and nothing else; what was in doubt is known then. */
    public static Settled settle(Collection<Model> models, Map<Slot, String> contents) {
        List<String> wrong = new ArrayList<>();
        Map<Slot, String> unclaimed = new HashMap<>(contents);
        Settled settled = new Settled(0, 0);
        for (Model model : models) {
            for (Operation operation : model.doubtful.values()) {
                String found = unclaimed.remove(operation.slot());
                boolean isDone = Objects.equals(found, operation.after());
                if (!isDone && !Objects.equals(found, operation.before())) {
                    wrong.add("half done: " + operation.slot() + " is " + brief(found) + ", was "
                            + brief(operation.before()) + ", was to be " + brief(operation.after()));
                }
                if (found != null) {
                    model.known.put(operation.slot(), found);
                }
                settled = settled.plus(isDone ? new Settled(1, 0) : new Settled(0, 1));
            }
            for (Map.Entry<Slot, String> expected : model.known.entrySet()) {
                String found =
                        model.isDoubtful(expected.getKey()) ? expected.getValue() : unclaimed.remove(expected.getKey());
                if (!expected.getValue().equals(found)) {
                    wrong.add("lost: " + expected.getKey() + " is " + brief(found) + ", must be "
                            + brief(expected.getValue()));
                }
            }
            model.doubtful.clear();
        }
        unclaimed.forEach((slot, value) -> wrong.add("never stored or deleted: " + slot + " is " + brief(value)));
        if (!wrong.isEmpty()) {
            throw new AssertionError(wrong.size() + " things are wrong in the store, such as:\n"
                    + String.join("\n", new TreeSet<>(wrong).stream().limit(20).toList()));
        }
        return settled;
    }

    private static String brief(String value) {
        if (value == null) {
            return "not there";
        }
        return value.length() <= 40 ? value : value.substring(0, 40) + "... (" + value.length() + " characters)";
    }
}
