/**
 * Whether the server is ready for requests.
 *
 * <p>Knows nothing else of the server.
 */
package dev.latchkey.server.health;
