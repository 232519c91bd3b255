package dev.latchkey.data.changes;

import dev.latchkey.server.problem.Problem;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** All who wait for changes, by user. */
final class Followers {
    /** It is work for each of them, so not for every request that is refused. */
    private static final long PROBING_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Map<String, List<Follower>> byUser = new ConcurrentHashMap<>();
    private final ChangesSettings settings;
    private final int max;
    private int count;
    private long allProbedAt = System.nanoTime() - PROBING_NANOS;
    private volatile boolean isStopping;

    Followers(ChangesSettings settings) {
        this.settings = settings;
        this.max = settings.streams();
    }

    /**
     * Refuses the user another one if there are too many already.
     *
     * @throws Problem TOO_MANY_REQUESTS if it is the user who has too many, UNAVAILABLE if all together have
     */
    synchronized void requireRoom(String userId) {
        List<Follower> others = byUser.getOrDefault(userId, List.of());
        if (others.size() >= settings.maxStreamsPerUser()) {
            // Of some the client may be gone: then there is room for the next attempt.
            others.forEach(Follower::probe);
            throw Problem.tooManyRequests(1);
        }
        if (count >= max) {
            if (System.nanoTime() - allProbedAt > PROBING_NANOS) {
                allProbedAt = System.nanoTime();
                all().forEach(Follower::probe);
            }
            throw Problem.unavailable(null);
        }
    }

    /**
     * Adds one until it is over. Afterwards it has to be nudged, to look for changes from before it was added.
     *
     * @throws Problem as {@link #requireRoom}
     */
    void add(Follower follower) {
        synchronized (this) {
            requireRoom(follower.userId());
            count++;
            follower.whenOver(() -> remove(follower));
            List<Follower> others = byUser.getOrDefault(follower.userId(), List.of());
            byUser.put(
                    follower.userId(),
                    Stream.concat(others.stream(), Stream.of(follower)).toList());
        }
        if (isStopping) {
            follower.stop();
        }
    }

    private synchronized void remove(Follower follower) {
        List<Follower> all = byUser.getOrDefault(follower.userId(), List.of());
        List<Follower> others = all.stream().filter(other -> other != follower).toList();
        count -= all.size() - others.size();
        if (others.isEmpty()) {
            byUser.remove(follower.userId());
        } else {
            byUser.put(follower.userId(), others);
        }
    }

    /** The user's data is known to be at this revision. Neither throws nor blocks. */
    void learn(String userId, long revision) {
        byUser.getOrDefault(userId, List.of()).forEach(follower -> follower.learn(revision));
    }

    /** Who has any. */
    Collection<String> users() {
        return byUser.keySet();
    }

    /** To be called several times a second. */
    void tick() {
        long now = System.nanoTime();
        all().forEach(follower -> follower.tick(now));
    }

    /** The server stops: ends all, and those that come. */
    void stop() {
        isStopping = true;
        all().forEach(Follower::stop);
    }

    Stream<Follower> all() {
        return byUser.values().stream().flatMap(List::stream);
    }
}
