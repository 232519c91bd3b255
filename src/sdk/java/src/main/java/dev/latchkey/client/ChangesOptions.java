package dev.latchkey.client;

/** Which changes a {@link ChangeFeed} tells. */
public final class ChangesOptions {
    private long since;
    private boolean values = true;
    private boolean positions;

    /** All changes, from the first one on, with the values. */
    public ChangesOptions() {}

    /**
     * Only changes after this revision, such as that of the first page of a list, or of the last event of an earlier feed; by default 0.
     *
     * @param revision 0 or more
     * @return this
     */
    public ChangesOptions since(long revision) {
        if (revision < 0) {
            throw new IllegalArgumentException("since is " + revision);
        }
        this.since = revision;
        return this;
    }

    /**
     * Whether to read the values; by default true.
     *
     * @param values false for keys and ETags alone
     * @return this
     */
    public ChangesOptions values(boolean values) {
        this.values = values;
        return this;
    }

    /**
     * Whether to tell when the feed has caught up ({@link ChangeEvent.Position}), which it then does again and again; by default false.
     *
     * @param positions true to be told
     * @return this
     */
    public ChangesOptions positions(boolean positions) {
        this.positions = positions;
        return this;
    }

    long since() {
        return since;
    }

    boolean values() {
        return values;
    }

    boolean positions() {
        return positions;
    }

    ChangesOptions copy() {
        return new ChangesOptions().since(since).values(values).positions(positions);
    }
}
