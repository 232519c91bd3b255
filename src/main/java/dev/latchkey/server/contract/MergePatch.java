package dev.latchkey.server.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a client wants changed of a {@code T}, as a JSON Merge Patch (RFC 7396): what it does not name stays, and null removes.
 *
 * <p>What is judged is the whole of the changed {@code T}, but for members that the patch does not name: those are what they were, even
 * if the rules have become stricter since. So the same constraints say what can be removed that say what has to be
 * given, and a null is told from what is absent although neither is in a {@code T}.
 */
public final class MergePatch<T> {
    private final ObjectNode members;
    private final Binding<T> binding;

    /** How a {@code T} becomes JSON and is made of it. */
    public interface Binding<T> {
        ObjectNode write(T body);

        /** Refuses what the {@code changed} members of no {@code T} may be. */
        T read(ObjectNode members, Set<String> changed);
    }

    public MergePatch(ObjectNode members, Binding<T> binding) {
        this.members = members;
        this.binding = binding;
    }

    /** Those of {@code names} that {@code target} would have other values for, or would have at all. */
    public List<String> changed(T target, Collection<String> names) {
        ObjectNode before = binding.write(target);
        return names.stream()
                .filter(name -> members.has(name) && !members.get(name).equals(before.get(name)))
                .toList();
    }

    /** A {@code target} with the changes; it is an object of members that are none themselves. */
    public T applyTo(T target) {
        ObjectNode result = binding.write(target);
        Set<String> changed = new HashSet<>();
        for (var member : members.properties()) {
            JsonNode value = member.getValue();
            changed.add(member.getKey());
            if (value.isNull()) {
                result.remove(member.getKey());
            } else {
                result.set(member.getKey(), value);
            }
        }
        return binding.read(result, changed);
    }
}
