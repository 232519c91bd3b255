package dev.latchkey.data.changes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Await;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/** 16 clients that change one user's data all the time, and some who follow; at the end, each of these must have been right all along. */
final class FeedProof implements AutoCloseable {
    private static final int WRITERS = 16;
    private static final int FOLLOWERS = 4;

    private final CopyingClient.Servers servers;
    private final String token;
    private final RevisionHistory history;
    private final List<CopyingClient> followers;
    private final List<Thread> writing = new ArrayList<>();
    private final List<Thread> following = new ArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean isWritten;

    /** {@code skew} is how much the clock of a server may be ahead. */
    FeedProof(CopyingClient.Servers servers, String token, Duration skew, long seed) {
        this.servers = servers;
        this.token = token;
        this.history = new RevisionHistory(skew);
        this.followers = IntStream.range(0, FOLLOWERS)
                // The last one keeps no values.
                .mapToObj(i -> new CopyingClient(servers, token, i < FOLLOWERS - 1, seed - i, history::newest))
                .toList();
        for (CopyingClient follower : followers) {
            following.add(start(follower));
        }
        for (int i = 0; i < WRITERS; i++) {
            WritingClient writer = new WritingClient(servers, token, "w" + i, seed + i, history);
            writing.add(start(() -> {
                while (!isWritten && failure.get() == null) {
                    writer.step();
                }
            }));
        }
    }

    private Thread start(Runnable work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (RuntimeException | Error e) {
                        failure.compareAndSet(null, e);
                    }
                },
                "proof of the feed");
        thread.start();
        return thread;
    }

    /** Waits for so many more changes. */
    void awaitChanges(int more) {
        int wanted = history.answered() + more;
        await(() -> history.answered() >= wanted);
    }

    private void await(Await.Condition<RuntimeException> condition) {
        Await.until(() -> {
            Throwable failed = failure.get();
            if (failed != null) {
                throw new AssertionError("A client failed", failed);
            }
            return condition.holds();
        });
    }

    /** Has the writers stop, and the followers come to the end, and judges all that they were told. Returns how often they did what. */
    Map<String, Integer> finish() {
        isWritten = true;
        await(() -> writing.stream().noneMatch(Thread::isAlive));
        Api api = new Api(servers.any(new Random()));
        long head = api.as(token, "GET", "/api/data?limit=1", null)
                .body()
                .at("/data/revision")
                .longValue();
        followers.forEach(follower -> follower.goUpTo(head, Instant.MIN));
        awaitFollowers();
        // Once more from the beginning. What expires by itself is a change like the others.
        Instant now = Instant.now();
        followers.forEach(follower -> follower.goUpTo(head, now));
        followers.forEach(CopyingClient::forget);
        followers.forEach(follower -> following.add(start(follower)));
        awaitFollowers();
        Api.Answer list = api.as(token, "GET", "/api/data?limit=1000", null);
        assertThat(list.body().at("/data/next_cursor").isMissingNode()).isTrue();
        followers.forEach(follower -> follower.check(list.body().at("/data/entries"), history.skew()));
        Map<String, Integer> counts = new TreeMap<>(Map.of("answered", history.answered()));
        followers.forEach(
                follower -> follower.counts().forEach((what, count) -> counts.merge(what, count, Integer::sum)));
        return counts;
    }

    private void awaitFollowers() {
        await(() -> following.stream().noneMatch(Thread::isAlive));
        history.check(followers);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        isWritten = true;
        for (CopyingClient follower : followers) {
            follower.stop();
        }
        for (Thread thread : following) {
            thread.join();
        }
        for (Thread thread : writing) {
            thread.join();
        }
    }
}
