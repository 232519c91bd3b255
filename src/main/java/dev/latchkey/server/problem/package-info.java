/**
 * Errors of the contract: their codes, their body, and how exceptions become errors.
 *
 * <p>May know no room; of the server database.
 */
package dev.latchkey.server.problem;
