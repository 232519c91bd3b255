package dev.latchkey.credentials;

/**
 * A user who has given the right password.
 *
 * @param passwordVersion which of the user's passwords it was; increases with each change
 */
public record Authentication(String userId, int passwordVersion) {}
