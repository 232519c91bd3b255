package dev.latchkey.accounts;

/**
 * An account, without its password.
 *
 * @param id opaque; never changes
 * @param age in years, or null
 */
public record User(String id, String username, String email, String fullName, Integer age, String gender) {}
