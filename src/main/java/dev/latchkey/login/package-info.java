/**
 * Gives tokens to users who authenticate.
 *
 * <p>May know credentials, sessions and the server.
 */
package dev.latchkey.login;
