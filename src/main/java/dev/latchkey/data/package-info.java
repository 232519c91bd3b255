/**
 * The private key-value store of each user.
 *
 * <p>May know the server only.
 */
package dev.latchkey.data;
