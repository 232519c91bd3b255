/**
 * How users authenticate: passwords, their policy, limits of log-ins, known addresses.
 *
 * <p>May know the server only.
 */
package dev.latchkey.credentials;
