package dev.latchkey.mail;

import dev.latchkey.server.names.CanonicalEmail;
import jakarta.mail.internet.InternetAddress;
import java.util.regex.Pattern;

/** An e-mail address on the wire: the domain in ASCII, the part before it as it is. */
final class Mailbox {
    private static final Pattern UNFIT = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}<>]");

    private final String address;

    private Mailbox(String address) {
        this.address = address;
    }

    /** @throws IllegalArgumentException if it could end a header or a command early, or is no address */
    static Mailbox of(String address) {
        int at = address.lastIndexOf('@');
        if (at < 1 || at == address.length() - 1 || UNFIT.matcher(address).find()) {
            throw new IllegalArgumentException("is not an e-mail address that a mail can go to");
        }
        // As the account has it, but for the domain: only the server of that knows which spellings are the same.
        String domain = CanonicalEmail.of(address.substring(at));
        return new Mailbox(address.substring(0, at) + domain);
    }

    String domain() {
        return address.substring(address.lastIndexOf('@') + 1);
    }

    /** Whether only a server that knows SMTPUTF8 (RFC 6531) can take it. */
    boolean isInternational() {
        return address.chars().anyMatch(c -> c >= 0x80);
    }

    InternetAddress forHeaders() {
        InternetAddress header = new InternetAddress();
        header.setAddress(address);
        return header;
    }

    @Override
    public String toString() {
        return address;
    }
}
