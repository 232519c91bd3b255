package dev.latchkey.credentials;

/**
 * What is kept of an account to check its password.
 *
 * @param usernameKey the {@link dev.latchkey.server.names.CanonicalName}
 * @param passwordHash in PHC form
 * @param passwordVersion another with each change of the password
 */
record StoredCredentials(
        String userId, String usernameKey, String passwordHash, int passwordVersion, boolean isDisabled) {

    /** Leaves the hash out. */
    @Override
    public String toString() {
        return "StoredCredentials[userId=" + userId + ", passwordVersion=" + passwordVersion + "]";
    }
}
