package dev.latchkey.sessions;

/**
 * Where a log-in comes from, so that the user can recognize it.
 *
 * @param address the client's, or null
 * @param userAgent the client's {@code User-Agent}, or null
 */
public record Origin(String address, String userAgent) {
    static final int MAX_USER_AGENT_LENGTH = 256;

    public Origin {
        userAgent = userAgent == null ? null : storable(userAgent);
    }

    /** Printable ASCII only: a header field can contain any byte, which a database or a page may not handle. */
    private static String storable(String userAgent) {
        String printable = userAgent.replaceAll("[^\\x20-\\x7E]", "?");
        return printable.substring(0, Math.min(MAX_USER_AGENT_LENGTH, printable.length()));
    }
}
