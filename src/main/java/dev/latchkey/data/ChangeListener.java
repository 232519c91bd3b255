package dev.latchkey.data;

/** Learns what this server has changed. */
@FunctionalInterface
public interface ChangeListener {

    /** The user's data has come to this revision, or was there already. Must neither throw nor block. */
    void changed(String userId, long revision);
}
