package dev.latchkey.accounts;

/**
 * An account, without its password.
 *
 * @param id opaque, for good
 * @param age in years; null if the user did not say
 */
public record User(String id, String username, String email, String fullName, Integer age, String gender) {}
