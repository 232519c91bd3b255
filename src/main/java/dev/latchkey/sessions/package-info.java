/**
 * Sessions, refresh tokens, and which sessions have ended.
 *
 * <p>May know the server only.
 */
package dev.latchkey.sessions;
