/**
 * The commands, and how the configuration is read.
 *
 * <p>May know everything; only the application knows it.
 */
package dev.latchkey.cli;
