package dev.latchkey.server.http;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.google.common.base.Splitter;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The proxies whose {@code X-Forwarded-For} is trusted.
 *
 * <p>Each proxy appends the address that it got the request from. Everything left of the entries that trusted proxies wrote may be
 * forged.
 */
public record TrustedProxies(List<AddressBlock> blocks) {
    private static final Splitter COMMA = Splitter.on(',').trimResults();
    // Some proxies append the port: 192.0.2.1:4711, [2001:db8::1]:4711.
    private static final Pattern WITH_PORT = Pattern.compile("\\[([^\\[\\]]*)](?::[0-9]{1,5})?|([0-9.]+):[0-9]{1,5}");

    public TrustedProxies {
        blocks = List.copyOf(blocks);
    }

    /** No proxy is trusted. */
    public static TrustedProxies none() {
        return new TrustedProxies(List.of());
    }

    /** Parses addresses and blocks, separated by commas. */
    @JsonCreator
    public static TrustedProxies parse(String text) {
        return new TrustedProxies(COMMA.omitEmptyStrings()
                .splitToStream(text)
                .map(AddressBlock::parse)
                .toList());
    }

    public boolean isEmpty() {
        return blocks.isEmpty();
    }

    /**
     * The client of a request: the last address on its way that is not of a trusted proxy. An entry that is not an address ends the
     * search, since whatever wrote it may have forged everything left of it.
     *
     * @param peer the address at the other end of the connection
     * @param forwardedFor the lines of {@code X-Forwarded-For}, in order
     */
    public InetAddress client(InetAddress peer, List<String> forwardedFor) {
        List<String> entries = COMMA.splitToList(String.join(",", forwardedFor));
        InetAddress client = peer;
        for (int i = entries.size() - 1; i >= 0 && isTrusted(client); i--) {
            Optional<InetAddress> before = AddressBlock.parseAddress(withoutPort(entries.get(i)));
            if (before.isEmpty()) {
                return client;
            }
            client = before.get();
        }
        return client;
    }

    private static String withoutPort(String entry) {
        Matcher matcher = WITH_PORT.matcher(entry);
        if (!matcher.matches()) {
            return entry;
        }
        return matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    }

    private boolean isTrusted(InetAddress address) {
        return blocks.stream().anyMatch(block -> block.contains(address));
    }
}
