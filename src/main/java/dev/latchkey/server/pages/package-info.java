/**
 * How the server gives pages to browsers: by version, compressed, and so that nobody else's scripts and frames get at them.
 *
 * <p>May know {@code server.problem} only.
 */
package dev.latchkey.server.pages;
