/**
 * Takes requests in and sends answers out without a thread that waits for the client, within a bound of memory for all of
 * them together. It knows Jetty and nothing of ours.
 */
package dev.latchkey.server.http.transfer;
