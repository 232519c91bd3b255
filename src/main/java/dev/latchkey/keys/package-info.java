/**
 * The keys that access tokens are signed with, their rotation and their publication.
 *
 * <p>May know the server only.
 */
package dev.latchkey.keys;
