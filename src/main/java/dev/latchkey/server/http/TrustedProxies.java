package dev.latchkey.server.http;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.google.common.base.Splitter;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The proxies whose word is taken for where a request comes from.
 *
 * <p>Each proxy appends to {@code X-Forwarded-For} the address that it got the request from. What stands left of the last
 * entry that a trusted proxy wrote can be anybody's invention.
 */
public record TrustedProxies(List<AddressBlock> blocks) {
    private static final Splitter COMMA = Splitter.on(',').trimResults();
    // Some proxies append the port: 192.0.2.1:4711, [2001:db8::1]:4711.
    private static final Pattern WITH_PORT = Pattern.compile("\\[([^\\[\\]]*)](?::[0-9]{1,5})?|([0-9.]+):[0-9]{1,5}");

    public TrustedProxies {
        blocks = List.copyOf(blocks);
    }

    /** Nobody's word is taken. */
    public static TrustedProxies none() {
        return new TrustedProxies(List.of());
    }

    /** Addresses and blocks, with commas between them. */
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
     * Where a request comes from: the last address on its way that is not a trusted proxy's. An entry that is no address ends
     * the search, since whatever wrote it may have written anything left of it.
     *
     * @param peer whose connection it is
     * @param forwardedFor the lines of {@code X-Forwarded-For}, in their order
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
