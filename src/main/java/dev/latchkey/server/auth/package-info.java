/**
 * Access tokens: issuing, verification, and the caller that they identify.
 *
 * <p>May know no room; of the server audit and problem.
 */
package dev.latchkey.server.auth;
