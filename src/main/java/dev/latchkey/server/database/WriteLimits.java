package dev.latchkey.server.database;

import java.time.Duration;

/**
 * The limits of the write queue.
 *
 * @param maxGroup how many writes are committed at once; with 1, each has a sync of its own
 * @param maxWaiting how many writes may wait; more are refused
 * @param maxWait how long a write may wait before it begins
 */
record WriteLimits(int maxGroup, int maxWaiting, Duration maxWait) {}
