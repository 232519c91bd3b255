package dev.latchkey.mail;

import com.google.common.collect.ImmutableSet;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a mail is for. */
public enum MailKind {
    /** To an address, to prove that its user reads it: after a registration, or before the address of an account changes. */
    EMAIL_VERIFICATION(
            Duration.ofHours(24), Placeholder.USERNAME, Placeholder.CODE, Placeholder.LINK, Placeholder.HOURS),
    /** To the user who has forgotten the password, and perhaps the name. */
    PASSWORD_RESET(Duration.ofHours(1), Placeholder.USERNAME, Placeholder.CODE, Placeholder.LINK, Placeholder.MINUTES),
    /** A log-in without a password. Without {@code mail.logInUrl} it has no link. */
    EMAIL_LOG_IN(Duration.ofMinutes(15), Placeholder.USERNAME, Placeholder.CODE, Placeholder.LINK, Placeholder.MINUTES),
    /** To the address of before: somebody asked to change it. The link is that of the page for a new password. */
    EMAIL_CHANGE_REQUESTED(Duration.ofDays(3), Placeholder.USERNAME, Placeholder.LINK),
    /** The link is that of the page for a new password. */
    PASSWORD_CHANGED(Duration.ofDays(3), Placeholder.USERNAME, Placeholder.LINK),
    /** To an address that an operator names. */
    TEST(Duration.ofHours(1));

    private final Duration patience;
    private final ImmutableSet<Placeholder> placeholders;

    MailKind(Duration patience, Placeholder... placeholders) {
        this.patience = patience;
        this.placeholders = ImmutableSet.<Placeholder>builder()
                .add(Placeholder.APP)
                .add(placeholders)
                .build();
    }

    /** The name of its files and in the store, such as {@code email-verification}. */
    public String fileName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** How long it is tried to send it. Afterwards nobody needs it any more. */
    public Duration patience() {
        return patience;
    }

    /** What a text of this kind may name. */
    public Set<Placeholder> placeholders() {
        return placeholders;
    }

    static Optional<MailKind> ofFileName(String fileName) {
        return Arrays.stream(values())
                .filter(kind -> kind.fileName().equals(fileName))
                .findFirst();
    }
}
