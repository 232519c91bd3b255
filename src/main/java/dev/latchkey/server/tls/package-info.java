/**
 * TLS on the port of the API: the certificate, how it is replaced while the server runs, and what is asked of connections.
 *
 * <p>Knows the rest of the server; nothing of it is loaded where no certificate is configured.
 */
package dev.latchkey.server.tls;
