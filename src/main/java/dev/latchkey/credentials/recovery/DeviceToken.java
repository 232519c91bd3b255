package dev.latchkey.credentials.recovery;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a device keeps that asked for a mail to log in with, so that no other device can use it.
 *
 * <p>It also says for which address that was. So attempts are counted for the address, whether anybody has it or not, and whoever changes
 * that part has a token that was never given.
 *
 * @param secret 128 bits
 * @param mailboxHash the {@link MailboxKey#hash}
 */
record DeviceToken(String secret, String mailboxHash) {
    private static final Pattern FORM = Pattern.compile("([A-Za-z0-9_-]{22})\\.([A-Za-z0-9_-]{22})");

    static DeviceToken random(MailboxKey mailbox) {
        return new DeviceToken(Secret.random(), mailbox.hash());
    }

    /** Empty if it was never given. */
    static Optional<DeviceToken> parse(String text) {
        var matcher = FORM.matcher(text);
        return matcher.matches() ? Optional.of(new DeviceToken(matcher.group(1), matcher.group(2))) : Optional.empty();
    }

    String text() {
        return secret + "." + mailboxHash;
    }

    /** What is stored of it. */
    String hash() {
        return Secret.hash(text());
    }

    /** Leaves the secret out. */
    @Override
    public String toString() {
        return "DeviceToken[]";
    }
}
