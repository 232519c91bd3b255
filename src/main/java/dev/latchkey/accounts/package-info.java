/**
 * Accounts: registration, the user's own account, export, and what operators do to accounts.
 *
 * <p>May know credentials, recovery, mail, sessions, data and the server.
 */
package dev.latchkey.accounts;
