package dev.latchkey.accounts;

/**
 * The data of a new account. Every field but {@code age} is present; all meet the contract's constraints.
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
