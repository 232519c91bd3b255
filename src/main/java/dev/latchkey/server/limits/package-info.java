/**
 * Rate limits, and the headers that report them.
 *
 * <p>May know no room; of the server auth, audit, http, metrics, names and problem.
 */
package dev.latchkey.server.limits;
