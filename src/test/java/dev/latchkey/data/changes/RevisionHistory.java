package dev.latchkey.data.changes;

import dev.latchkey.data.changes.CopyingClient.Seen;
import dev.latchkey.data.changes.CopyingClient.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The model of one user's data: which revision changed what, by the answers to those who wrote. What no answer told (entries that
 * expired by themselves, writes whose answer was lost) is taken from what followers saw, if somebody has really asked for it.
 */
final class RevisionHistory {
    /** What a write does to its key. */
    enum Kind {
        PUT,
        /** Changes the expiry alone. */
        EXPIRE,
        DELETE
    }

    /**
     * A write that was sent.
     *
     * @param value of a put; never the same twice
     * @param noExpiryBefore null if the entry does not expire then
     */
    record Write(Kind kind, String key, String value, Instant noExpiryBefore) {

        @Override
        public String toString() {
            return kind + " " + key + " = " + brief(value) + (noExpiryBefore == null ? "" : " until " + noExpiryBefore);
        }
    }

    /**
     * What is under a key.
     *
     * @param value null if nobody knows
     * @param noExpiryBefore null if it does not expire; exact if a follower saw it
     */
    private record State(long revision, String value, Instant noExpiryBefore, Instant expiresAt) {

        boolean mayBeExpired(Instant by) {
            return noExpiryBefore != null && !noExpiryBefore.isAfter(by);
        }
    }

    private final Map<Long, Write> answered = new ConcurrentHashMap<>();
    private final Set<Write> doubtful = ConcurrentHashMap.newKeySet();
    private final AtomicLong newest = new AtomicLong();
    private final Set<Write> unclaimed = new HashSet<>();
    private final Duration skew;

    /** {@code skew} is how much a server's clock may be ahead of this one. */
    RevisionHistory(Duration skew) {
        this.skew = skew;
    }

    Duration skew() {
        return skew;
    }

    /** No revision that an answer tells from now on may be older. */
    long newest() {
        return newest.get();
    }

    int answered() {
        return answered.size();
    }

    /** An answer said that this write, sent when {@code newest} was known, has become this revision. */
    void answered(long revision, Write write, long newest) {
        if (revision <= newest) {
            throw new AssertionError(
                    write + " became " + revision + ", but " + newest + " had been acknowledged before");
        }
        Write other = answered.put(revision, write);
        if (other != null) {
            throw new AssertionError("Both are revision " + revision + ": " + other + " and " + write);
        }
        this.newest.accumulateAndGet(revision, Math::max);
    }

    /** Nobody knows whether the server has done this write, or as which revision. */
    void inDoubt(Write write) {
        doubtful.add(write);
    }

    /** Fails unless each follower's copy was the user's data, exactly, whenever the server said so. */
    void check(List<CopyingClient> followers) {
        unclaimed.clear();
        unclaimed.addAll(doubtful);
        TreeMap<Long, List<Seen>> seen = new TreeMap<>();
        answered.keySet().forEach(revision -> seen.put(revision, new ArrayList<>()));
        List<Snapshot> snapshots = new ArrayList<>();
        for (CopyingClient follower : followers) {
            follower.seen().forEach(one -> seen.computeIfAbsent(one.revision(), missing -> new ArrayList<>())
                    .add(one));
            snapshots.addAll(follower.snapshots());
        }
        snapshots.sort(Comparator.comparingLong(Snapshot::revision));
        Map<String, State> states = new HashMap<>();
        Iterator<Long> revisions = seen.keySet().iterator();
        Long next = revisions.hasNext() ? revisions.next() : null;
        for (Snapshot snapshot : snapshots) {
            while (next != null && next <= snapshot.revision()) {
                apply(next, seen.get(next), states);
                next = revisions.hasNext() ? revisions.next() : null;
            }
            check(snapshot, states);
        }
        if (next != null) {
            throw new AssertionError("No follower has come to revision " + next + ": " + answered.get(next));
        }
    }

    private void apply(long revision, List<Seen> seen, Map<String, State> states) {
        Write write = answered.get(revision);
        Seen put = null;
        Seen delete = null;
        for (Seen one : seen) {
            if (write != null && !one.key().equals(write.key())) {
                throw wrong(one, "is another key than of " + write);
            }
            if (!one.key().equals(seen.get(0).key())) {
                throw wrong(one, "was of another key for another follower: " + seen.get(0));
            }
            if (one.entry() == null) {
                delete = delete == null || delete.at().isAfter(one.at()) ? one : delete;
            } else if (put == null || put.entry().value() == null) {
                put = one;
            }
        }
        for (Seen one : seen) {
            if (one.entry() != null && !one.entry().isLike(put.entry())) {
                throw wrong(one, "was something else for another follower: " + put);
            }
        }
        if (write == null) {
            write = claim(seen.get(0), put, delete, states);
            if (write == null) {
                // It expired, and was swept.
                states.remove(seen.get(0).key());
                return;
            }
        }
        apply(revision, write, put, delete, states);
    }

    /** Which write in doubt that was; null for an expiry. */
    private Write claim(Seen any, Seen put, Seen delete, Map<String, State> states) {
        State before = states.get(any.key());
        if (put == null && before != null && before.mayBeExpired(delete.at().plus(skew))) {
            return null;
        }
        Optional<Write> claimed = unclaimed.stream()
                .filter(write -> write.key().equals(any.key()))
                .filter(write -> put == null ? canBeGone(write, delete.at().plus(skew)) : fits(write, put.entry()))
                .min(Comparator.comparing(Write::kind));
        if (claimed.isPresent() && put != null && put.entry().value() != null) {
            unclaimed.remove(claimed.get());
        }
        if (claimed.isPresent()) {
            Write write = claimed.get();
            // Without a value, it may be another one just as well.
            return put != null && put.entry().value() == null
                    ? new Write(write.kind(), write.key(), null, write.noExpiryBefore())
                    : write;
        }
        throw wrong(any, "is a change that nobody made; before it was " + before);
    }

    private static boolean canBeGone(Write write, Instant by) {
        return write.kind() == Kind.DELETE
                || (write.noExpiryBefore() != null && !write.noExpiryBefore().isAfter(by));
    }

    private static boolean fits(Write write, CopyingClient.Entry entry) {
        return write.kind() != Kind.DELETE
                && (write.value() == null
                        || entry.value() == null
                        || entry.value().equals(write.value()))
                && expiresLike(write, entry);
    }

    private boolean claimUnseen(String key, String value) {
        return unclaimed.removeIf(write -> write.kind() == Kind.PUT
                && write.key().equals(key)
                && write.value().equals(value));
    }

    private static boolean expiresLike(Write write, CopyingClient.Entry entry) {
        return write.noExpiryBefore() == null
                ? entry.expiresAt() == null
                : entry.expiresAt() != null && !entry.expiresAt().isBefore(write.noExpiryBefore());
    }

    private void apply(long revision, Write write, Seen put, Seen delete, Map<String, State> states) {
        State before = states.get(write.key());
        if (write.kind() == Kind.DELETE) {
            if (put != null) {
                throw wrong(put, "is not " + write);
            }
            states.remove(write.key());
            return;
        }
        String value = write.value();
        if (write.kind() == Kind.EXPIRE) {
            value = before == null ? null : before.value();
        }
        Instant expiresAt = null;
        if (put != null) {
            expiresAt = put.entry().expiresAt();
            String shown = put.entry().value();
            if (shown != null && !shown.equals(value)) {
                // Then it was changed by a write that nobody has seen, because this one came right after it.
                if (write.value() != null || !claimUnseen(write.key(), shown)) {
                    throw wrong(put, "is not " + write + " of " + brief(value));
                }
                value = shown;
            }
            if (!expiresLike(write, put.entry())) {
                throw wrong(put, "does not expire like " + write);
            }
        }
        State state = new State(revision, value, expiresAt == null ? write.noExpiryBefore() : expiresAt, expiresAt);
        if (delete != null && !state.mayBeExpired(delete.at().plus(skew))) {
            throw wrong(delete, "is not " + write);
        }
        states.put(write.key(), state);
    }

    private void check(Snapshot snapshot, Map<String, State> states) {
        Set<String> keys = new HashSet<>(states.keySet());
        keys.addAll(snapshot.copy().keySet());
        for (String key : keys) {
            State state = states.get(key);
            CopyingClient.Entry entry = snapshot.copy().get(key);
            boolean isRight = state == null
                    ? entry == null
                    : entry == null
                            ? state.mayBeExpired(snapshot.at().plus(skew))
                            : entry.revision() == state.revision()
                                    && (entry.value() == null
                                            || state.value() == null
                                            || entry.value().equals(state.value()))
                                    && Objects.equals(
                                            entry.expiresAt(),
                                            state.expiresAt() == null ? entry.expiresAt() : state.expiresAt());
            if (!isRight) {
                throw new AssertionError("At revision " + snapshot.revision() + ", at " + snapshot.at() + ", " + key
                        + " was " + state + ", but the copy by " + snapshot.how() + " had " + entry
                        + "; it had been told "
                        + snapshot.by().seen().stream()
                                .filter(seen -> seen.key().equals(key))
                                .toList());
            }
        }
    }

    private static AssertionError wrong(Seen seen, String why) {
        return new AssertionError(seen + " " + why);
    }

    static String brief(String value) {
        return value == null || value.length() <= 30 ? value : value.substring(0, 30) + "...";
    }
}
