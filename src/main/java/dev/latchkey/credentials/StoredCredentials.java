package dev.latchkey.credentials;

/**
 * The stored data that is needed to check the password of an account.
 *
 * @param usernameKey the {@link dev.latchkey.server.names.CanonicalName}
 * @param passwordHash in PHC form
 * @param passwordVersion increases with each change of the password
 */
record StoredCredentials(
        String userId, String usernameKey, String passwordHash, int passwordVersion, boolean isDisabled) {

    /** Leaves the hash out. */
    @Override
    public String toString() {
        return "StoredCredentials[userId=" + userId + ", passwordVersion=" + passwordVersion + "]";
    }
}
