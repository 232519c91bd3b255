package dev.latchkey.server.names;

/** The form in which all spellings of an e-mail address, that is of one mailbox, are the same. */
public final class CanonicalEmail {
    /** Precedes a user id. No canonical form contains it; a space might, since NFKC maps other spaces to it. */
    private static final String ASIDE = "\t";

    private CanonicalEmail() {}

    /** The part before the last {@code @} as a {@link CanonicalName}, the part after it as a {@link CanonicalDomain}. */
    public static String of(String email) {
        int at = email.lastIndexOf('@');
        return CanonicalName.of(email.substring(0, at + 1)) + CanonicalDomain.of(email.substring(at + 1));
    }

    /** The form for another user of the same mailbox, made unique by the user id. */
    public static String aside(String form, String userId) {
        return form + ASIDE + userId;
    }

    /** A lower bound for all {@link #aside} forms of this form, in byte order; greater than the form itself. */
    public static String beforeAside(String form) {
        return form + ASIDE;
    }

    /** An upper bound for all {@link #aside} forms of this form, in byte order; less than any other form with this prefix. */
    public static String afterAside(String form) {
        return form + "\n";
    }
}
