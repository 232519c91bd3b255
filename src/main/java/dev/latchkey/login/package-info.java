/**
 * Gives tokens to users who authenticate.
 *
 * <p>May know credentials, recovery, sessions and the server.
 */
package dev.latchkey.login;
