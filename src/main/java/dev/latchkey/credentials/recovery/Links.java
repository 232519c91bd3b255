package dev.latchkey.credentials.recovery;

import dev.latchkey.mail.MailSettings;

/**
 * Where the links in mails lead.
 *
 * @param logIn null for no link
 */
public record Links(String verify, String reset, String logIn) {

    /** {@code issuer} is the address of this server, as clients know it. */
    public static Links of(MailSettings settings, String issuer) {
        return new Links(settings.verifyPage(issuer), settings.resetPage(issuer), settings.logInUrl());
    }

    /** The page for what a code is good for, or null. */
    String page(Purpose purpose) {
        return switch (purpose) {
            case EMAIL_VERIFICATION -> verify;
            case PASSWORD_RESET -> reset;
            case LOG_IN -> logIn;
        };
    }

    /** With the token in the fragment, which browsers send to no server: it gets into no log and no Referer. */
    static String with(String page, String token) {
        return page + "#token=" + token;
    }
}
