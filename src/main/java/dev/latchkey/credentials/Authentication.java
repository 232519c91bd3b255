package dev.latchkey.credentials;

/**
 * A user who has given the right password.
 *
 * @param passwordVersion which of the user's passwords that was; another with each change
 */
public record Authentication(String userId, int passwordVersion) {}
