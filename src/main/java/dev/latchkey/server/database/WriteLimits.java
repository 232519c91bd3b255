package dev.latchkey.server.database;

import java.time.Duration;

/**
 * What a queue of writes is held to.
 *
 * @param maxGroup how many are committed at once; 1 is a sync of the disk for each
 * @param maxWaiting how many may wait; the next is refused
 * @param maxWait how long one may wait before it is begun
 */
record WriteLimits(int maxGroup, int maxWaiting, Duration maxWait) {}
