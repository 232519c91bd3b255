/**
 * What load balancers and those who watch the server ask it.
 *
 * <p>May know the server only.
 */
package dev.latchkey.health;
