/**
 * What is recorded for an operator to look up later.
 *
 * <p>May know nothing of ours.
 */
package dev.latchkey.server.audit;
