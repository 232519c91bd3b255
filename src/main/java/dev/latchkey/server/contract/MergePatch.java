package dev.latchkey.server.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Changes to a {@code T} as a JSON Merge Patch (RFC 7396): absent members stay as they are, and null removes a member.
 *
 * <p>The changed {@code T} is validated as a whole, so that a required member cannot be removed. Violations of members that the patch
 * does not contain are ignored: they have their old values, and the constraints may have become stricter since. Working on JSON keeps
 * null and absent apart, which a {@code T} cannot.
 */
public final class MergePatch<T> {
    private final ObjectNode members;
    private final Binding<T> binding;

    /** Converts a {@code T} to and from JSON. */
    public interface Binding<T> {
        ObjectNode write(T body);

        /** Refuses {@code changed} members that are invalid in a {@code T}. */
        T read(ObjectNode members, Set<String> changed);
    }

    public MergePatch(ObjectNode members, Binding<T> binding) {
        this.members = members;
        this.binding = binding;
    }

    /** Those of {@code names} that the patch would change in {@code target}, or add to it. */
    public List<String> changed(T target, Collection<String> names) {
        ObjectNode before = binding.write(target);
        return names.stream()
                .filter(name -> members.has(name) && !members.get(name).equals(before.get(name)))
                .toList();
    }

    /** Whether the patch contains the member, be it null. */
    public boolean hasMember(String name) {
        return members.has(name);
    }

    /** A copy of {@code target} with the changes; its members must not be objects. */
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
