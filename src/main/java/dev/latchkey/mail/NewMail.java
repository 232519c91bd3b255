package dev.latchkey.mail;

import java.util.Objects;

/**
 * What is known of a mail when it is asked for.
 *
 * @param userId whom it is for; null if only the address is known
 * @param address where it goes; null if that is known only when it is sent, from the user
 * @param locale the language, a BCP 47 tag; null for that of the user or of {@code mail.locale}
 * @param detail for who writes the letter; null for nothing
 */
public record NewMail(MailKind kind, String userId, String address, String locale, String detail) {

    public NewMail {
        Objects.requireNonNull(kind);
        if (userId == null && address == null) {
            throw new IllegalArgumentException("A mail is for a user or for an address");
        }
    }
}
