/**
 * Mails: what waits to be sent, how it is written and how it is sent.
 *
 * <p>May know the server only.
 */
package dev.latchkey.mail;
