package dev.latchkey.mail;

import java.util.Locale;

/** Settings for a mail server on this machine. */
final class TestSettings {
    static final String FROM = "no-reply@app.example";

    private TestSettings() {}

    static MailSettings smtp(int port, MailTls tls) {
        return smtp(port, tls, null, null);
    }

    static MailSettings smtp(int port, MailTls tls, String user, String password) {
        return new MailSettings(
                MailMode.SMTP,
                "localhost",
                port,
                tls,
                user,
                password,
                FROM,
                "Notes",
                "en",
                null,
                null,
                null,
                null,
                null,
                0);
    }

    /** Our own texts alone. */
    static MailSettings texts(Locale locale, String folder) {
        return new MailSettings(
                MailMode.LOG,
                null,
                null,
                null,
                null,
                null,
                null,
                "Notes",
                locale.toLanguageTag(),
                folder,
                null,
                null,
                null,
                null,
                0);
    }
}
