/**
 * Gives tokens to who proves to be a user.
 *
 * <p>May know credentials, sessions and the server.
 */
package dev.latchkey.login;
