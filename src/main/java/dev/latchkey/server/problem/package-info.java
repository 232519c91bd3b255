/**
 * The one shape of all that can go wrong.
 *
 * <p>May know no room; of the server database.
 */
package dev.latchkey.server.problem;
