package dev.latchkey.server.database;

/** A configuration with the settings of the store. */
public interface StoreConfiguration {
    DatabaseSettings database();
}
