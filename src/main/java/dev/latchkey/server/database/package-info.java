/**
 * SQLite and PostgreSQL: connections, transactions, migrations, backup, restore and copy.
 *
 * <p>May know no room; of the server names.
 */
package dev.latchkey.server.database;
