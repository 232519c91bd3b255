/**
 * Who the users are: registration, their accounts, export, and what operators do to them.
 *
 * <p>May know credentials, sessions, data and the server.
 */
package dev.latchkey.accounts;
