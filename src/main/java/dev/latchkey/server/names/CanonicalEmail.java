package dev.latchkey.server.names;

/** The form in which two spellings of an e-mail address are the same: they name one mailbox. */
public final class CanonicalEmail {
    /** Before a user id. No form of an address holds it, while a blank may come of other spaces in form KC. */
    private static final String ASIDE = "\t";

    private CanonicalEmail() {}

    /** What stands before the last {@code @} as a {@link CanonicalName}, what stands after it as a {@link CanonicalDomain}. */
    public static String of(String email) {
        int at = email.lastIndexOf('@');
        return CanonicalName.of(email.substring(0, at + 1)) + CanonicalDomain.of(email.substring(at + 1));
    }

    /** What takes the place of {@code form} for another user of the same mailbox, so that it is in nobody's way. */
    public static String aside(String form, String userId) {
        return form + ASIDE + userId;
    }

    /** Less than everything that is {@link #aside} of this form, byte by byte, and more than the form itself. */
    public static String beforeAside(String form) {
        return form + ASIDE;
    }

    /** More than everything that is {@link #aside} of this form, byte by byte, and less than any other form with this beginning. */
    public static String afterAside(String form) {
        return form + "\n";
    }
}
