package dev.latchkey.credentials;

/**
 * How users may log in, besides with username and password.
 *
 * @param byAddress whether the e-mail address may stand in place of the username; off by default
 * @param byEmail whether a code from a mail may stand in place of the password; off by default
 */
public record LogInSettings(Boolean byAddress, Boolean byEmail) {

    public LogInSettings {
        byAddress = byAddress == null ? Boolean.FALSE : byAddress;
        byEmail = byEmail == null ? Boolean.FALSE : byEmail;
    }

    /** Neither. */
    public static LogInSettings defaults() {
        return new LogInSettings(null, null);
    }
}
