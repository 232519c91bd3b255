package dev.latchkey.data;

import dev.latchkey.server.audit.AuditEvent;
import dev.latchkey.server.audit.AuditLog;

/** How much each user may store. A server applies a new quota from its next write on. */
public final class Quotas {
    private final UserDataStore users;

    Quotas(UserDataStore users) {
        this.users = users;
    }

    /** How much the user stores and may store. */
    public Usage usage(String userId) {
        return users.usage(userId);
    }

    /** Sets the most entries, or with null as many as the configuration says; false if there is no such user. */
    public boolean setMaxEntries(String userId, Long maxEntries) {
        return recorded(userId, users.setMaxEntries(userId, maxEntries), "max_entries", maxEntries);
    }

    /** Sets the most bytes of keys and values, or with null as many as the configuration says; false if there is no such user. */
    public boolean setMaxBytes(String userId, Long maxBytes) {
        return recorded(userId, users.setMaxBytes(userId, maxBytes), "max_bytes", maxBytes);
    }

    private static boolean recorded(String userId, boolean isDone, String name, Long value) {
        if (isDone) {
            AuditLog.record(AuditEvent.QUOTA_CHANGED, userId, name, value == null ? "default" : value.toString());
        }
        return isDone;
    }
}
