package dev.latchkey.server.database;

import java.util.concurrent.locks.LockSupport;

/** The thread that has made this waits for a write. */
final class ParkedThread implements PendingWrite.Waiter {
    private final Thread thread = Thread.currentThread();

    @Override
    public void wake() {
        if (thread != Thread.currentThread()) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public boolean isThread() {
        return true;
    }

    /** Waits to be woken, for the longest as long as {@code write} may wait; may return before. */
    void await(PendingWrite<?> write) {
        if (write.isSettled()) {
            LockSupport.park(this);
        } else {
            LockSupport.parkNanos(this, write.nanosLeft());
        }
    }
}
