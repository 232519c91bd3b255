package dev.latchkey.server.database;

/** A configuration that says where the store is. */
public interface StoreConfiguration {
    DatabaseSettings database();
}
