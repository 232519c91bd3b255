package dev.latchkey.names;

/** The form in which two spellings of an e-mail address are the same: they name one mailbox. */
public final class CanonicalEmail {
    private CanonicalEmail() {}

    /** What stands before the last {@code @} as a {@link CanonicalName}, what stands after it as a {@link CanonicalDomain}. */
    public static String of(String email) {
        int at = email.lastIndexOf('@');
        return CanonicalName.of(email.substring(0, at + 1)) + CanonicalDomain.of(email.substring(at + 1));
    }
}
