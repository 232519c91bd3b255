/**
 * What is done again and again beside the requests.
 *
 * <p>May know nothing of ours.
 */
package dev.latchkey.server.maintenance;
