/**
 * What operators measure the server by, for Prometheus and as Dropwizard's JSON.
 *
 * <p>May know nothing of ours.
 */
package dev.latchkey.server.metrics;
