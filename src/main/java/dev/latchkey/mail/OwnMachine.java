package dev.latchkey.mail;

import java.util.regex.Pattern;

/** What a machine calls itself, and no other machine does. */
public final class OwnMachine {
    private static final Pattern HOST = Pattern.compile(
            "(?i)(.+\\.)?localhost\\.?|127(\\.\\d{1,3}){1,3}|::1|0:0:0:0:0:0:0:1|\\[(::1|0:0:0:0:0:0:0:1)]");
    private static final Pattern ADDRESS =
            Pattern.compile("https?://([^/?#]*@)?(?<host>\\[[^\\]]*]|[^/?#:]*)(:\\d*)?([/?#].*)?");

    private OwnMachine() {}

    /** Whether this name or IP address is of the loopback interface (RFC 6761, 6.3), without asking the DNS. */
    static boolean isHost(String host) {
        return HOST.matcher(host).matches();
    }

    /** The same for the host of an address of http or https. */
    public static boolean isAddress(String address) {
        var parts = ADDRESS.matcher(address);
        return parts.matches() && isHost(parts.group("host"));
    }
}
