package dev.latchkey.client;

import dev.latchkey.client.DataApi.ListEntriesOptions;
import java.util.Objects;

/** What {@link DataStore#list(ListOptions)} lists. */
public final class ListOptions {
    private String prefix;
    private Boolean values;
    private long limit = Long.MAX_VALUE;
    private int pageSize = 1_000;

    /** All entries, with their values. */
    public ListOptions() {}

    /**
     * Only entries whose key begins with it.
     *
     * @param prefix such as {@code notes/}
     * @return this
     */
    public ListOptions prefix(String prefix) {
        this.prefix = Objects.requireNonNull(prefix, "prefix");
        return this;
    }

    /**
     * Whether to read the values; by default true.
     *
     * @param values false for keys, ETags and times alone
     * @return this
     */
    public ListOptions values(boolean values) {
        this.values = values;
        return this;
    }

    /**
     * The max number of entries in all; by default there is none.
     *
     * @param limit 0 or more
     * @return this
     */
    public ListOptions limit(long limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit is " + limit);
        }
        this.limit = limit;
        return this;
    }

    /**
     * How many entries to ask the server for at once; by default 1,000. It does not change which entries are listed.
     *
     * @param pageSize 1 to 1,000
     * @return this
     */
    public ListOptions pageSize(int pageSize) {
        this.pageSize = pageSize;
        return this;
    }

    ListEntriesOptions toListEntriesOptions() {
        ListEntriesOptions options = new ListEntriesOptions();
        if (prefix != null) {
            options.prefix(prefix);
        }
        if (values != null) {
            options.values(values);
        }
        return options;
    }

    long limit() {
        return limit;
    }

    int pageSize() {
        return pageSize;
    }
}
