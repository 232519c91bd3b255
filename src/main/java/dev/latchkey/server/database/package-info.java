/**
 * SQLite and PostgreSQL: connections, transactions, migrations, backup, restore and copy.
 *
 * <p>May know no room; of the server health, maintenance, metrics and names.
 */
package dev.latchkey.server.database;
