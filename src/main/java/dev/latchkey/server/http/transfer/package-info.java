/**
 * Reads requests and sends responses without a thread that waits for the client, within a memory limit for all of them together.
 *
 * <p>May know nothing of ours, only Jetty.
 */
package dev.latchkey.server.http.transfer;
