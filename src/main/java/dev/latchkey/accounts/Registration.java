package dev.latchkey.accounts;

/**
 * What somebody sends to get an account; every field but {@code age} is given and keeps the limits of the contract.
 *
 * @param age in years, or null
 */
public record Registration(
        String username, String email, String password, String fullName, Integer age, String gender) {

    /** Leaves the password out. */
    @Override
    public String toString() {
        return "Registration[username=" + username + "]";
    }
}
