package dev.latchkey.server.threads;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs tasks on the threads of a pool, only a few at once: not more than have a use for the processors. Others wait in the order in
 * which they came, and a thread that has ended one goes on with the next, without being woken for it.
 *
 * <p>Many threads that want the processors at the same time serve nobody sooner. They leave too little to Java's compilers, so that a
 * server that is busy from its start on would stay slow for longer.
 *
 * <p>A task that waits for a database, for its client or for other threads must say so by {@link #waiting}, and then another one runs in
 * its place; or it ends, and the rest of it is another task, which does not wait behind those that have not begun. Should the tasks take
 * long all the same, one more runs after {@link #PATIENCE_MILLIS} in which none has begun.
 */
public final class Workers implements Executor {
    /** How long tasks wait if those that run take longer. */
    static final long PATIENCE_MILLIS = 20;

    private static final ThreadLocal<Workers> CURRENT = new ThreadLocal<>();

    private final Executor pool;
    private final int max;
    private final int maxWaiting;
    private final ScheduledExecutorService timer;

    private final Queue<Runnable> rests = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicLong begun = new AtomicLong();
    // How many may run beyond the max, since as many of those that run take long.
    private final AtomicInteger surplus = new AtomicInteger();
    private final AtomicBoolean isWatched = new AtomicBoolean();

    /**
     * At most {@code max} tasks at once on threads of {@code pool}.
     *
     * @param maxWaiting how many more may wait
     * @param timer notices tasks that take long
     */
    public Workers(Executor pool, int max, int maxWaiting, ScheduledExecutorService timer) {
        this.pool = pool;
        this.max = max;
        this.maxWaiting = maxWaiting;
        this.timer = timer;
    }

    /** A time in which a thread waits, until it is closed. */
    public static final class Wait implements AutoCloseable {
        private final Workers workers;

        private Wait(Workers workers) {
            this.workers = workers;
        }

        @Override
        public void close() {
            if (workers != null) {
                workers.running.incrementAndGet();
                CURRENT.set(workers);
            }
        }
    }

    /** From now on this thread does little but wait: until the end of it, its task, if it runs one, does not count as running. */
    public static Wait waiting() {
        Workers workers = CURRENT.get();
        if (workers != null) {
            CURRENT.remove();
            workers.running.decrementAndGet();
            workers.startNext();
        }
        return new Wait(workers);
    }

    /** Those that run the task of this thread; null if it runs none, or says that it waits. */
    public static Workers current() {
        return CURRENT.get();
    }

    /** How many tasks wait to be run. */
    public int queueLength() {
        return waiting.get();
    }

    int running() {
        return running.get();
    }

    /**
     * Runs {@code task} on another thread.
     *
     * @throws RejectedExecutionException if too many wait, or the pool has no thread for it
     */
    @Override
    public void execute(Runnable task) {
        if (waiting.incrementAndGet() > maxWaiting) {
            waiting.decrementAndGet();
            throw new RejectedExecutionException("Too many wait");
        }
        Runnable counted = () -> {
            waiting.decrementAndGet();
            task.run();
        };
        queue.add(counted);
        try {
            startIfRoom();
        } catch (RejectedExecutionException e) {
            if (queue.remove(counted)) {
                waiting.decrementAndGet();
                throw e;
            }
        }
        if (!isIdle()) {
            watch();
        }
    }

    /** Runs the rest of a task that has begun, before those that have not. It is never refused. */
    public void executeRest(Runnable rest) {
        rests.add(rest);
        startNext();
        if (!isIdle()) {
            watch();
        }
    }

    /**
     * For a task: runs {@code work} after it, behind those that wait, by a thread that need not be woken. It is never refused, and must not
     * take long.
     */
    public void executeAfter(Runnable work) {
        queue.add(work);
    }

    private boolean isIdle() {
        return rests.isEmpty() && queue.isEmpty();
    }

    private Runnable poll() {
        Runnable rest = rests.poll();
        return rest == null ? queue.poll() : rest;
    }

    private void startNext() {
        try {
            startIfRoom();
        } catch (RejectedExecutionException e) {
            // Then it is begun by the first thread that has ended another.
            return;
        }
    }

    private void startIfRoom() {
        if (!isIdle() && mayRunOneMore()) {
            try {
                pool.execute(this::work);
            } catch (RejectedExecutionException e) {
                running.decrementAndGet();
                throw e;
            }
        }
    }

    private boolean mayRunOneMore() {
        int now = running.get();
        while (now < max + surplus.get()) {
            if (running.compareAndSet(now, now + 1)) {
                return true;
            }
            now = running.get();
        }
        return false;
    }

    private void work() {
        CURRENT.set(this);
        try {
            // Whoever adds a task looks at how many run, and whoever ends looks at the queue: one of the two sees the
            // other.
            do {
                try {
                    runQueued();
                } finally {
                    leave();
                }
            } while (!isIdle() && mayRunOneMore());
        } finally {
            CURRENT.remove();
            if (!isIdle()) {
                watch();
            }
        }
    }

    private void leave() {
        if (running.decrementAndGet() < max) {
            // Whatever took long, there is room without it.
            surplus.set(0);
        }
    }

    private void runQueued() {
        Runnable task = poll();
        while (task != null) {
            begun.incrementAndGet();
            long since = System.nanoTime();
            task.run();
            if (surplus.get() > 0 && System.nanoTime() - since >= TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS)) {
                surplus.updateAndGet(now -> Math.max(0, now - 1));
            }
            // More may run, after some have waited.
            task = running.get() > max + surplus.get() ? null : poll();
        }
    }

    private void watch() {
        if (!isWatched.getAndSet(true)) {
            lookLater();
        }
    }

    private void lookLater() {
        long seen = begun.get();
        try {
            Future<?> unused = timer.schedule(() -> look(seen), PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The server stops; those that run will still get to the others.
            isWatched.set(false);
        }
    }

    private void look(long seen) {
        if (isIdle()) {
            isWatched.set(false);
            if (!isIdle()) {
                watch();
            }
            return;
        }
        if (begun.get() == seen) {
            if (running.get() >= max + surplus.get()) {
                surplus.incrementAndGet();
            }
            startNext();
        }
        lookLater();
    }
}
