package dev.latchkey.accounts;

/**
 * An account, without its password.
 *
 * @param id opaque; never changes
 * @param age in years, or null
 * @param locale the language of mails to the user, a BCP 47 tag, or null
 */
public record User(
        String id, String username, String email, String fullName, Integer age, String gender, String locale) {}
