/**
 * Has the server mean what the contract says: bodies, parameters, formats.
 *
 * <p>May know no room; of the server problem.
 */
package dev.latchkey.server.contract;
