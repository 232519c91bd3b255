package dev.latchkey.server.contract;

import java.net.IDN;
import java.util.regex.Pattern;

/** The syntax of addresses in RFC 5321, with non-ASCII characters wherever it allows a letter (RFC 6531). */
final class EmailAddress {
    private static final int MAX_LOCAL_LENGTH = 64;
    private static final int MAX_DOMAIN_LENGTH = 255;

    private static final String LETTERS = "A-Za-z0-9!#$%&'*+/=?^_`{|}~\\x{80}-\\x{10FFFF}";
    private static final String ATOM = "[" + LETTERS + "-]+";
    private static final String QUOTED = "\"(?:[" + LETTERS + ".(),<>\\[\\]:;-]|\\\\\\\\|\\\\\")+\"";
    private static final Pattern LOCAL =
            Pattern.compile("(?:" + ATOM + "|" + QUOTED + ")(?:\\.(?:" + ATOM + "|" + QUOTED + "))*");

    private static final String LABEL = "[" + LETTERS + "](?:[" + LETTERS + "-]*[" + LETTERS + "])?";
    private static final Pattern NAME = Pattern.compile(LABEL + "(?:\\." + LABEL + ")+");
    private static final String IPV4 = "[0-9]{1,3}(?:\\.[0-9]{1,3}){3}";
    private static final Pattern LITERAL = Pattern.compile("\\[(?:" + IPV4 + "|(?i:IPv6):[0-9A-Fa-f:]+:" + IPV4 + ")]");

    private EmailAddress() {}

    static boolean isWellFormed(String text) {
        int at = text.indexOf('@');
        return at > 0
                && text.codePoints().noneMatch(c -> Unseen.contains(c) && !Unseen.isShaping(c))
                && isLocalPart(text.substring(0, at))
                && isDomain(text.substring(at + 1));
    }

    private static boolean isLocalPart(String local) {
        return local.codePointCount(0, local.length()) <= MAX_LOCAL_LENGTH
                && LOCAL.matcher(local).matches();
    }

    private static boolean isDomain(String domain) {
        return domain.codePointCount(0, domain.length()) <= MAX_DOMAIN_LENGTH
                && (LITERAL.matcher(domain).matches() || (NAME.matcher(domain).matches() && hasAsciiForm(domain)));
    }

    /** Letters that Java's tables do not know yet are accepted: scripts are still being added to Unicode. */
    private static boolean hasAsciiForm(String domain) {
        try {
            return IDN.toASCII(domain, IDN.ALLOW_UNASSIGNED).length() <= MAX_DOMAIN_LENGTH;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
