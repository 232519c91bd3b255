package dev.latchkey.data.changes;

import dev.latchkey.server.auth.AccessTokens;
import dev.latchkey.server.database.Database;
import dev.latchkey.server.http.ServerParts;
import dev.latchkey.server.limits.CurrentClient;
import dev.latchkey.server.metrics.Metrics;
import io.dropwizard.core.setup.Environment;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;

/** The changes of users' data, for those who follow them. */
public final class ChangesRoom {
    // So that a change made by another server is seen here within a second.
    private static final Duration POLLING = Duration.ofMillis(300);
    private static final Duration TICK = Duration.ofMillis(250);
    private static final int MAX_WORKERS = 8;

    private final ChangeStore store;
    private final Changes changes;
    private final Followers followers;

    /** {@code reserved} is for reading what other servers have changed, even if many requests wait for {@code database}. */
    public ChangesRoom(Database database, Database reserved, ChangesSettings settings, Clock clock) {
        this.store = new ChangeStore(database, reserved);
        this.changes = new Changes(store, clock);
        this.followers = new Followers(settings);
    }

    /** Adds the operation tagged Changes. */
    public void addTo(ServerParts server, Environment environment, AccessTokens tokens, CurrentClient client) {
        int threads = Math.min(MAX_WORKERS, 2 * Runtime.getRuntime().availableProcessors());
        ExecutorService workers = environment
                .lifecycle()
                .executorService("changes-%d")
                .minThreads(threads)
                .maxThreads(threads)
                .build();
        StreamCounts counts = new StreamCounts();
        Following following = new Following(
                changes,
                followers,
                tokens,
                new Following.Output(new EventWriter(environment.getObjectMapper()), counts, workers));
        server.resource(new ChangesResource(following, client)).atDraining(followers::stop);
        server.maintenance()
                .repeat(TICK, "Cannot keep streams of changes open", followers::tick)
                .repeat(POLLING, "Cannot read what other servers have changed", this::poll);
        addTo(server.metrics(), counts);
    }

    /** Tells followers what this server has changed. Neither throws nor blocks. */
    public void changed(String userId, long revision) {
        followers.learn(userId, revision);
    }

    private void poll() {
        if (!followers.users().isEmpty()) {
            store.heads(followers.users()).forEach(followers::learn);
        }
    }

    private void addTo(Metrics metrics, StreamCounts counts) {
        metrics.gauge(
                "latchkey_changes_followers",
                "Streams that are open, and requests that wait for a change.",
                "kind",
                Map.of(
                        "stream",
                                () -> followers.all().filter(Follower::isStream).count(),
                        "poll",
                                () -> followers
                                        .all()
                                        .filter(follower -> !follower.isStream())
                                        .count()));
        metrics.gauge(
                "latchkey_changes_lag_revisions",
                null,
                "By how many revisions the stream is behind that is most so.",
                () -> followers.all().mapToLong(Follower::lag).max().orElse(0));
        metrics.counter("latchkey_changes_sent", "Changes that were sent in streams.", counts::sent);
        metrics.counter("latchkey_changes_streams_ended", "Streams that have ended.", "reason", counts.ended());
    }
}
