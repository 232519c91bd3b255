/**
 * Enforces the contract: bodies, parameters, formats.
 *
 * <p>May know no room; of the server problem.
 */
package dev.latchkey.server.contract;
