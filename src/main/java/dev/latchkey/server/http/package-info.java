/**
 * What all requests have in common: connections, bodies in transfer, CORS, early refusals.
 *
 * <p>May know no room; of the server audit, contract, log, maintenance, metrics, problem.
 */
package dev.latchkey.server.http;
