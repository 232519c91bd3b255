/**
 * Periodic tasks.
 *
 * <p>May know nothing of ours.
 */
package dev.latchkey.server.maintenance;
