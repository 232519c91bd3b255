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
    private static final int MAX_READERS = 8;

    private final ChangeStore store;
    private final Changes changes;
    private final Followers followers;

    public ChangesRoom(Database database, ChangesSettings settings, Clock clock) {
        this.store = new ChangeStore(database);
        this.changes = new Changes(store, clock);
        this.followers = new Followers(settings);
    }

    /** Adds the operation tagged Changes. */
    public void addTo(ServerParts server, Environment environment, AccessTokens tokens, CurrentClient client) {
        int readers = Math.min(MAX_READERS, 2 * Runtime.getRuntime().availableProcessors());
        Follower.Workers workers = new Follower.Workers(
                threads(environment, "changes-read-%d", readers), threads(environment, "changes-%d", 2));
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

    private static ExecutorService threads(Environment environment, String name, int count) {
        return environment
                .lifecycle()
                .executorService(name)
                .minThreads(count)
                .maxThreads(count)
                .build();
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
                "By how many revisions the slowest of them is behind.",
                () -> followers.all().mapToLong(Follower::lag).max().orElse(0));
        metrics.counter("latchkey_changes_sent", "Changes that were sent in streams.", counts::sent);
        metrics.counter("latchkey_changes_streams_ended", "Streams that have ended.", "reason", counts.ended());
    }
}
