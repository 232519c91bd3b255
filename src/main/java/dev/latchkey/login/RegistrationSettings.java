package dev.latchkey.login;

/**
 * What a new user has to do before the first log-in.
 *
 * @param requireVerifiedEmail whether to prove the e-mail address; off by default
 */
public record RegistrationSettings(Boolean requireVerifiedEmail) {

    public RegistrationSettings {
        requireVerifiedEmail = requireVerifiedEmail == null ? Boolean.FALSE : requireVerifiedEmail;
    }

    /** Nothing. */
    public static RegistrationSettings defaults() {
        return new RegistrationSettings(null);
    }
}
