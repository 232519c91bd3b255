package dev.latchkey.mail;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a text may name between braces, such as {@code {username}}, to be put in when the mail is written. */
public enum Placeholder {
    /** The name of the application, {@code mail.appName}. The only one that a subject may name. Every letter has it by itself. */
    APP,
    /** What the user types, as {@code XXXX-XXXX}. It stands alone in its paragraph. */
    CODE,
    /** An address of http or https. It stands alone in its paragraph, and becomes a button and the bare address. */
    LINK,
    /** The name of the account. */
    USERNAME,
    /** For how many minutes the code is good. */
    MINUTES,
    /** For how many hours the code is good. */
    HOURS;

    /** As it stands in a text, between the braces. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Placeholder> ofText(String text) {
        return Arrays.stream(values())
                .filter(placeholder -> placeholder.text().equals(text))
                .findFirst();
    }
}
