package dev.latchkey.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;

/**
 * What a client wants changed of a {@code T}, as a JSON Merge Patch (RFC 7396): what it does not name stays, and null removes.
 *
 * <p>Only the whole of the changed {@code T} is judged. So the same constraints say what can be removed that say what has to be
 * given, and a null is told from what is absent although neither is in a {@code T}.
 */
public final class MergePatch<T> {
    private final ObjectNode members;
    private final Binding<T> binding;

    /** How a {@code T} becomes JSON and is made of it; the latter refuses what no {@code T} may be. */
    public interface Binding<T> {
        ObjectNode write(T body);

        T read(ObjectNode members);
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
        for (var member : members.properties()) {
            JsonNode value = member.getValue();
            if (value.isNull()) {
                result.remove(member.getKey());
            } else {
                result.set(member.getKey(), value);
            }
        }
        return binding.read(result);
    }
}
