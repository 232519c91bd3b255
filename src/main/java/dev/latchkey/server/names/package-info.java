/**
 * Canonical forms, which decide whether two spellings are one name.
 *
 * <p>May know nothing of ours.
 */
package dev.latchkey.server.names;
