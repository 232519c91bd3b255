package dev.latchkey.mail;

import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads that send mails, from the start of the server to its end. */
final class Sender implements Managed {
    private static final Logger LOG = LoggerFactory.getLogger(Sender.class);

    /** What other servers and commands leave is found by looking. Also how long an idle connection is kept. */
    private static final Duration LOOKING = Duration.ofSeconds(1);

    /** How long a stopping server waits for the mails in hand. */
    private static final Duration MAX_STOPPING = Duration.ofSeconds(10);

    private final int size;
    private final Supplier<Delivery> deliveries;
    private final List<Thread> threads = new ArrayList<>();
    private final List<Delivery> running = new ArrayList<>();
    private long wakes;
    private boolean stopping;

    /** {@code deliveries} makes one for each of {@code size} threads. */
    Sender(int size, Supplier<Delivery> deliveries) {
        this.size = size;
        this.deliveries = deliveries;
    }

    @Override
    public synchronized void start() {
        for (int i = 1; i <= size; i++) {
            Delivery delivery = deliveries.get();
            running.add(delivery);
            Thread thread = new Thread(new Work(delivery), "mail-" + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    /** Has the threads look for mails now. */
    synchronized void wake() {
        wakes++;
        notifyAll();
    }

    /** What one thread does. */
    private final class Work implements Runnable {
        private final Delivery delivery;
        private boolean failing;
        private boolean quiet;

        Work(Delivery delivery) {
            this.delivery = delivery;
        }

        @Override
        public void run() {
            boolean going = true;
            while (going) {
                try {
                    going = goOn();
                } catch (RuntimeException | Error e) {
                    // Even to log something needs memory. Whatever it is, mails are not to wait for the next start of
                    // the server.
                    going = awaitWork(wakes());
                }
            }
            delivery.rest();
        }

        /** Sends a mail, or waits; false when the server stops. */
        private boolean goOn() {
            long seen = wakes();
            boolean more = false;
            try {
                more = delivery.next();
                failing = false;
            } catch (RuntimeException | Error e) {
                // The store comes back, and so does memory. A mail that was taken is free again after a while.
                boolean isNew = !failing;
                failing = true;
                if (isNew) {
                    LOG.warn("Cannot send mails: {}", e.toString());
                }
            }
            boolean wasQuiet = quiet;
            quiet = !more;
            if (!more && wasQuiet) {
                // For a whole wait there was nothing to do.
                delivery.rest();
            }
            return more ? !isStopping() : awaitWork(seen);
        }
    }

    private synchronized long wakes() {
        return wakes;
    }

    private synchronized boolean isStopping() {
        return stopping;
    }

    /** Waits for a wake after {@code seen}, or a while. Returns false when the server stops. */
    private synchronized boolean awaitWork(long seen) {
        long end = System.nanoTime() + LOOKING.toNanos();
        try {
            while (!stopping && wakes == seen) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    break;
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return !stopping;
    }

    /** Lets the mails in hand be finished, for a while; those of a thread that is broken off are free again after their lease. */
    @Override
    public void stop() throws InterruptedException {
        synchronized (this) {
            stopping = true;
            notifyAll();
        }
        long end = System.nanoTime() + MAX_STOPPING.toNanos();
        join(end);
        running.forEach(Delivery::abort);
        threads.forEach(Thread::interrupt);
        join(System.nanoTime() + TimeUnit.SECONDS.toNanos(1));
    }

    private void join(long end) throws InterruptedException {
        for (Thread thread : threads) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            thread.join(Math.max(1, left));
        }
    }
}
