package dev.latchkey.server.database;

import java.util.Properties;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** Connections to a store whose schema may be out of date, so that the pools cannot be used yet. */
final class MigrationDataSources {
    private MigrationDataSources() {}

    static PostgresConnections postgres(DatabaseSettings settings) {
        return new PostgresConnections(settings, "latchkey migrations");
    }

    static SQLiteDataSource sqliteReader(DatabaseSettings settings) {
        SQLiteDataSource source = new SQLiteDataSource(config(settings));
        source.setUrl(settings.driverUrl());
        return source;
    }

    private static SQLiteConfig config(DatabaseSettings settings) {
        Properties properties = new Properties();
        properties.putAll(SqliteDatabase.WITHOUT_CREATE);
        SQLiteConfig config = new SQLiteConfig(properties);
        config.setBusyTimeout((int) settings.maxWait().toMilliseconds());
        return config;
    }

    /** Connections that wait for a server that writes to the file, as an older one may, and lock it before they read it. */
    static SQLiteDataSource sqliteWriter(DatabaseSettings settings) {
        SQLiteConfig config = config(settings);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        // The file keeps this mode. If all connections set it as they open, they make one another fail.
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl(settings.driverUrl());
        return source;
    }
}
