/**
 * Access tokens: issuing, verification, and the caller that they identify.
 *
 * <p>May know no room; of the server audit, contract, metrics and problem.
 */
package dev.latchkey.server.auth;
