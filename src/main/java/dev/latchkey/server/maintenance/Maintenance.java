package dev.latchkey.server.maintenance;

import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Periodic tasks: reading what other servers have changed, and deleting expired data. */
public final class Maintenance implements Managed {
    private static final Logger LOG = LoggerFactory.getLogger(Maintenance.class);
    // Until the server is up, the processors have enough to do.
    private static final Duration MAX_FIRST_PAUSE = Duration.ofSeconds(1);

    private final List<Task> tasks = new ArrayList<>();
    private final List<Runnable> first = new ArrayList<>();
    private final LongAdder failures = new LongAdder();
    private ScheduledExecutorService threads;

    private record Task(Duration pause, String failure, Runnable work) {}

    /** Adds {@code work} to do before the server accepts requests; if it fails, the server does not start. */
    public Maintenance first(Runnable work) {
        first.add(work);
        return this;
    }

    /**
     * Adds {@code work} to repeat with {@code pause} between two runs. The first is that long after the start, but at most a second.
     * {@code failure} is logged when it fails.
     */
    public Maintenance repeat(Duration pause, String failure, Runnable work) {
        tasks.add(new Task(pause, failure, work));
        return this;
    }

    @Override
    public void start() {
        first.forEach(Runnable::run);
        // One thread for each, so that no task delays another: deleting waits for the database like the requests.
        threads = Executors.newScheduledThreadPool(Math.max(1, tasks.size()), work -> {
            Thread thread = new Thread(work, "maintenance");
            thread.setDaemon(true);
            return thread;
        });
        tasks.forEach(this::schedule);
    }

    /** How often a task has failed. */
    public long failures() {
        return failures.sum();
    }

    @Override
    public void stop() {
        if (threads != null) {
            threads.shutdownNow();
        }
    }

    private void schedule(Task task) {
        AtomicBoolean failing = new AtomicBoolean();
        // Failures are logged instead.
        Future<?> unused = threads.scheduleWithFixedDelay(
                () -> {
                    try {
                        task.work.run();
                        failing.set(false);
                    } catch (RuntimeException | Error e) {
                        // Rethrown, it would end the repetition for good. A failure may be transient: the database
                        // comes back, and so does memory.
                        failures.increment();
                        if (!failing.getAndSet(true)) {
                            LOG.warn("{}: {}", task.failure, e.getMessage() == null ? e.toString() : e.getMessage());
                        }
                    }
                },
                Math.min(task.pause.toMillis(), MAX_FIRST_PAUSE.toMillis()),
                task.pause.toMillis(),
                TimeUnit.MILLISECONDS);
    }
}
