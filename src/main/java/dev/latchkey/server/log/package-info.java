/**
 * What a line of the log looks like, as text or as JSON.
 *
 * <p>May know of the server audit.
 */
package dev.latchkey.server.log;
