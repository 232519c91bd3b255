/**
 * What holds for every request: connections, bodies in transfer, CORS, who is turned away.
 *
 * <p>May know no room; of the server contract, maintenance, problem.
 */
package dev.latchkey.server.http;
