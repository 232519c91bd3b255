/**
 * How often something may be done, and how clients learn of it.
 *
 * <p>May know no room; of the server auth, audit, http and problem.
 */
package dev.latchkey.server.limits;
