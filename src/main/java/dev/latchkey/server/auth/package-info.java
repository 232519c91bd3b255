/**
 * Access tokens: how they are made and checked, and whom they name.
 *
 * <p>May know no room; of the server audit and problem.
 */
package dev.latchkey.server.auth;
