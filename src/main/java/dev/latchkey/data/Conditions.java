package dev.latchkey.data;

import dev.latchkey.server.contract.EntityTags;

/**
 * What must hold for an operation to be done (RFC 9110, section 13).
 *
 * @param ifMatch null if absent
 * @param ifNoneMatch null if absent
 */
record Conditions(EntityTags ifMatch, EntityTags ifNoneMatch) {
    static final Conditions NONE = new Conditions(null, null);

    /** From the values of headers or members, which have been validated; each may be null. */
    static Conditions of(String ifMatch, String ifNoneMatch) {
        return ifMatch == null && ifNoneMatch == null ? NONE : new Conditions(tags(ifMatch), tags(ifNoneMatch));
    }

    private static EntityTags tags(String text) {
        return text == null ? null : EntityTags.parse(text).orElseThrow();
    }

    boolean isEmpty() {
        return ifMatch == null && ifNoneMatch == null;
    }

    /** {@code revision} is that of the entry, or null if there is none. */
    boolean hold(Long revision) {
        return holdIfMatch(revision) && holdIfNoneMatch(revision);
    }

    /** Whether {@code If-Match} is absent or holds. */
    boolean holdIfMatch(Long revision) {
        return ifMatch == null || (revision != null && ifMatch.containsStrongly(Entry.etag(revision)));
    }

    /** Whether {@code If-None-Match} is absent or holds. */
    boolean holdIfNoneMatch(Long revision) {
        return ifNoneMatch == null || revision == null || !ifNoneMatch.containsWeakly(Entry.etag(revision));
    }

    /** {@code If-None-Match: *}: the entry must be new. */
    boolean demandNew() {
        return ifNoneMatch != null && ifNoneMatch.isAny();
    }
}
