/**
 * The reference page and the contract.
 *
 * <p>May know the server only.
 */
package dev.latchkey.docs;
