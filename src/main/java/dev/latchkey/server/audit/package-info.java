/**
 * The audit log.
 *
 * <p>May know nothing of ours.
 */
package dev.latchkey.server.audit;
