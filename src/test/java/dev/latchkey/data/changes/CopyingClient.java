package dev.latchkey.data.changes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Backoff;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Keeps a copy of a user's data by following its changes, as the contract says: by streams that break at random moments, long polls and
 * plain pages, each from where the one before ended; sometimes it begins anew with a list. It remembers all that it was told.
 */
final class CopyingClient implements Runnable {
    private static final int MAX_STREAM_BYTES = 200_000;

    private final Servers servers;
    private final String token;
    private final boolean withValues;
    private final Random random;
    private final LongSupplier acknowledged;
    private final Map<String, Entry> copy = new HashMap<>();
    private final List<Seen> seen = new ArrayList<>();
    private final List<Snapshot> snapshots = new ArrayList<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private int attempt;
    private long position;
    private Instant asked;
    private boolean isExact;
    private volatile Instant expired = Instant.MIN;
    private volatile long target = Long.MAX_VALUE;
    private volatile boolean isOver;
    private volatile EventStream stream;

    /** The servers that are up. */
    interface Servers {
        URI any(Random random);
    }

    /** {@code value} is null in a copy without values, {@code expiresAt} if it does not expire. */
    record Entry(long revision, String value, Instant expiresAt) {

        boolean isExpired(Instant by) {
            return expiresAt != null && !expiresAt.isAfter(by);
        }

        boolean isLike(Entry other) {
            return revision == other.revision
                    && (value == null || other.value == null || value.equals(other.value))
                    && (expiresAt == null ? other.expiresAt == null : expiresAt.equals(other.expiresAt));
        }

        @Override
        public String toString() {
            return revision + " " + RevisionHistory.brief(value) + (expiresAt == null ? "" : " until " + expiresAt);
        }
    }

    /**
     * A change.
     *
     * @param entry null if the key was deleted
     */
    record Seen(long revision, String key, Entry entry, Instant at, String how) {}

    /** The copy when the server said that it is exact. */
    record Snapshot(long revision, Map<String, Entry> copy, Instant at, String how, CopyingClient by) {}

    /** {@code acknowledged} is the newest revision that any answer told. */
    CopyingClient(Servers servers, String token, boolean withValues, long seed, LongSupplier acknowledged) {
        this.servers = servers;
        this.token = token;
        this.withValues = withValues;
        this.random = new Random(seed);
        this.acknowledged = acknowledged;
    }

    List<Seen> seen() {
        return seen;
    }

    List<Snapshot> snapshots() {
        return snapshots;
    }

    /** How often it did what. */
    Map<String, Integer> counts() {
        return counts;
    }

    /** It ends once its copy has come so far, and what has expired by then is deleted in it. */
    void goUpTo(long revision, Instant now) {
        expired = now;
        target = revision;
    }

    void stop() throws IOException {
        isOver = true;
        EventStream open = stream;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void run() {
        while (!isOver && !isDone()) {
            try {
                switch (random.nextInt(20)) {
                    case 0, 7 -> copyAnew();
                    case 1, 2, 3 -> read("a page", 0);
                    case 4, 5, 6 -> read("a long poll", 1 + random.nextInt(2));
                    default -> follow();
                }
            } catch (UncheckedIOException | IOException e) {
                count("broken");
                if (e instanceof ConnectException || e.getCause() instanceof ConnectException) {
                    Backoff.after(attempt++);
                }
            }
        }
    }

    /** A copy keeps what has expired, unseen, until the server tells that it is deleted. */
    private boolean isDone() {
        return position >= target && isExact && copy.values().stream().noneMatch(entry -> entry.isExpired(expired));
    }

    /** Begins with nothing, while it does not run. */
    void forget() {
        count("nothing");
        copy.clear();
        position = 0;
        isExact = false;
    }

    /** By a list, or with nothing from the first change on. */
    private void copyAnew() {
        if (random.nextBoolean()) {
            forget();
            return;
        }
        Map<String, Entry> all = new HashMap<>();
        long first = -1;
        String cursor = "";
        String query = "/api/data?limit=" + (1 + random.nextInt(50)) + "&values=" + withValues;
        do {
            long before = ask();
            Api.Answer answer = get(query + cursor);
            if (isTurnedAway(answer.status())) {
                return;
            }
            JsonNode page = answer.body().path("data");
            if (first < 0) {
                first = page.path("revision").longValue();
                assertThat(first).isGreaterThanOrEqualTo(before);
            }
            for (JsonNode entry : page.path("entries")) {
                note("a list", revisionOf(entry), entry, entryOf(entry), all);
            }
            cursor = page.has("next_cursor")
                    ? "&cursor=" + page.path("next_cursor").textValue()
                    : null;
        } while (cursor != null);
        count("a list");
        copy.clear();
        copy.putAll(all);
        position = first;
        isExact = false;
    }

    private void read(String name, int wait) {
        long before = ask();
        int limit = random.nextInt(4) == 0 ? 1000 : 1 + random.nextInt(7);
        Api.Answer answer =
                get("/api/changes?since=" + position + "&limit=" + limit + "&wait=" + wait + "&values=" + withValues);
        if (isTurnedAway(answer.status())) {
            return;
        }
        count(name);
        JsonNode page = answer.body().path("data");
        assertThat(page.path("changes").size()).isLessThanOrEqualTo(limit);
        long last = position;
        Set<String> keys = new HashSet<>();
        for (JsonNode change : page.path("changes")) {
            assertThat(keys.add(change.path("key").textValue()))
                    .as("%s once in %s", change, page)
                    .isTrue();
            last = apply(name, last, change);
        }
        long revision = page.path("revision").longValue();
        boolean hasMore = page.path("more").booleanValue();
        assertThat(revision).isGreaterThanOrEqualTo(last);
        if (hasMore) {
            position = revision;
            isExact = false;
        } else {
            assertThat(revision).as("an answer to who knew more").isGreaterThanOrEqualTo(before);
            moveTo(name, revision);
        }
    }

    private void follow() throws IOException {
        long before = ask();
        String name = "a stream from " + position;
        boolean byHeader = random.nextBoolean();
        String path = "/api/changes?values=" + withValues + (byHeader ? "" : "&since=" + position);
        String headers =
                "Authorization: Bearer " + token + "\r\n" + (byHeader ? "Last-Event-ID: " + position + "\r\n" : "");
        int maxEvents = random.nextInt(4) == 0 ? random.nextInt(20) : Integer.MAX_VALUE;
        try (EventStream events = EventStream.open(servers.any(random), path, headers, maxBytes())) {
            stream = events;
            if (isTurnedAway(events.status())) {
                return;
            }
            assertThat(events.header("content-type")).isEqualTo("text/event-stream");
            count("a stream");
            boolean isFirst = true;
            for (int i = 0; i < maxEvents && !isOver && !isDone(); i++) {
                EventStream.Event event = events.next();
                count(event.name());
                long revision = event.data().path("revision").longValue();
                assertThat(event.id()).isEqualTo(revision);
                switch (event.name()) {
                    case "change" -> {
                        isExact = false;
                        position = apply(name, position, event.data());
                    }
                    case "position" -> {
                        assertThat(revision).isGreaterThanOrEqualTo(isFirst ? before : position);
                        isFirst = false;
                        moveTo(name, revision);
                    }
                    case "end" -> {
                        assertThat(event.data().path("reason").textValue()).isEqualTo("SERVER_STOPPING");
                        assertThat(revision).isEqualTo(position);
                        return;
                    }
                    default -> throw new AssertionError(event);
                }
            }
        } finally {
            stream = null;
        }
    }

    /** Some streams break before they have begun, most after some events, a few late. */
    private int maxBytes() {
        return random.nextInt(4) == 0 ? MAX_STREAM_BYTES : random.nextInt(1 << (8 + random.nextInt(8)));
    }

    /** Applies what comes after {@code last}, and returns where it leads. */
    private long apply(String name, long last, JsonNode change) {
        long revision = change.path("revision").longValue();
        assertThat(revision).as("%s after %s by %s", change, last, name).isGreaterThan(last);
        assertThat(revisionOf(change)).isEqualTo(revision);
        boolean isPut = change.path("type").textValue().equals("put");
        assertThat(change.has("value")).isEqualTo(isPut && withValues);
        note(name, revision, change, isPut ? entryOf(change) : null, copy);
        return revision;
    }

    private void note(String name, long revision, JsonNode change, Entry entry, Map<String, Entry> into) {
        String key = change.path("key").textValue();
        seen.add(new Seen(revision, key, entry, Instant.now(), name));
        // A reader by whose clock it has expired gets no entry.
        assertThat(entry)
                .as("%s by %s, asked for at %s", change, name, asked)
                .matches(given -> given == null || !given.isExpired(asked));
        if (entry == null) {
            into.remove(key);
        } else {
            into.put(key, entry);
        }
    }

    /** The copy is exact now. */
    private void moveTo(String name, long revision) {
        position = revision;
        isExact = true;
        attempt = 0;
        snapshots.add(new Snapshot(revision, Map.copyOf(copy), Instant.now(), name, this));
    }

    private static Entry entryOf(JsonNode entry) {
        return new Entry(
                revisionOf(entry),
                entry.path("value").textValue(),
                entry.has("expires_at") ? Instant.parse(entry.path("expires_at").textValue()) : null);
    }

    private static long revisionOf(JsonNode entry) {
        String etag = entry.path("etag").textValue();
        return Long.parseLong(etag.substring(1, etag.length() - 1));
    }

    /** Whether the server has no room for this now. All else that is not success is wrong. */
    private boolean isTurnedAway(int status) {
        if (status == 200) {
            return false;
        }
        assertThat(status).isIn(429, 503);
        count("status " + status);
        Backoff.after(attempt++);
        return true;
    }

    /** The least that the next answer must know. */
    private long ask() {
        asked = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return acknowledged.getAsLong();
    }

    private Api.Answer get(String path) {
        return new Api(servers.any(random)).as(token, "GET", path, null);
    }

    private void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    /** Fails unless the copy is this list of entries, but for what may have expired meanwhile. */
    void check(JsonNode list, Duration skew) {
        Instant now = Instant.now().plus(skew);
        Map<String, Entry> there = new HashMap<>();
        list.forEach(entry -> there.put(entry.path("key").textValue(), entryOf(entry)));
        there.values().removeIf(entry -> entry.isExpired(now));
        Map<String, Entry> kept = new HashMap<>(copy);
        kept.values().removeIf(entry -> entry.isExpired(now));
        assertThat(kept.keySet()).isEqualTo(there.keySet());
        kept.forEach((key, entry) -> assertThat(entry).matches(there.get(key)::isLike, "is " + there.get(key)));
    }
}
