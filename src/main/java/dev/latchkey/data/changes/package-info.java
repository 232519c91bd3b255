/**
 * Who keeps a copy of a user's data in step: the changes after a revision, as an answer, a long poll or a stream.
 *
 * <p>May know the server only.
 */
package dev.latchkey.data.changes;
