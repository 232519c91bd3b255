package dev.latchkey.sessions;

/**
 * Where a log-in comes from, so that its owner can tell it from others.
 *
 * @param address the client's, or null
 * @param userAgent what it calls itself, or null
 */
public record Origin(String address, String userAgent) {
    static final int MAX_USER_AGENT_LENGTH = 256;

    public Origin {
        userAgent = userAgent == null ? null : storable(userAgent);
    }

    /** Without what a database or a page might stumble over; a header field can hold any byte. */
    private static String storable(String userAgent) {
        String printable = userAgent.replaceAll("[^\\x20-\\x7E]", "?");
        return printable.substring(0, Math.min(MAX_USER_AGENT_LENGTH, printable.length()));
    }
}
