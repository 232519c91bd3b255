package dev.latchkey.server.http;

import com.google.common.net.InetAddresses;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A block of IP addresses with a common prefix (CIDR, RFC 4632 and RFC 4291).
 *
 * <p>Nothing here queries DNS. An IPv4-mapped IPv6 address ({@code ::ffff:192.0.2.1}) is the IPv4 address.
 *
 * @param address any address of the block
 * @param prefix the length of the prefix in bits
 */
public record AddressBlock(InetAddress address, int prefix) {
    // The smallest block that providers give a customer, who can use every address of it.
    private static final int IPV6_CUSTOMER = 64;
    // The library also accepts digits of other scripts, and a network interface after a percent sign.
    private static final Pattern ADDRESS = Pattern.compile("[0-9A-Fa-f:.]+");
    private static final AddressBlock NOWHERE = new AddressBlock(InetAddresses.fromInteger(0), Integer.SIZE);

    /** One address, or a block such as {@code 10.0.0.0/8} or {@code 2001:db8::/32}. */
    public static AddressBlock parse(String text) {
        String[] parts = text.strip().split("/", 2);
        return parseAddress(parts[0])
                .flatMap(address -> parts.length == 1
                        ? Optional.of(new AddressBlock(address, bits(address)))
                        : parsePrefix(parts[1], bits(address)).map(prefix -> new AddressBlock(address, prefix)))
                .orElseThrow(() -> new IllegalArgumentException(
                        "'" + text.strip() + "' is neither an address nor a block such as 10.0.0.0/8"));
    }

    private static Optional<Integer> parsePrefix(String text, int bits) {
        return Optional.of(text)
                .filter(digits -> digits.matches("[0-9]{1,3}"))
                .map(Integer::valueOf)
                .filter(prefix -> prefix <= bits);
    }

    /** A literal address; neither a host name nor an address with a network interface. */
    static Optional<InetAddress> parseAddress(String text) {
        return ADDRESS.matcher(text).matches() && InetAddresses.isInetAddress(text)
                ? Optional.of(InetAddresses.forString(text))
                : Optional.empty();
    }

    /**
     * The block that counts as one client: an IPv4 address, or a /64 network of IPv6 addresses.
     *
     * @param remoteAddress from {@code ServletRequest.getRemoteAddr()}, which may have brackets and a network interface
     */
    public static AddressBlock ofClient(String remoteAddress) {
        return Optional.ofNullable(remoteAddress)
                .map(text -> text.replaceAll("^\\[|%.*|]$", ""))
                .flatMap(AddressBlock::parseAddress)
                .map(address -> new AddressBlock(address, Math.min(bits(address), IPV6_CUSTOMER)))
                .orElse(NOWHERE);
    }

    /** Whether it is in this block; an IPv4 address is in no IPv6 block. */
    boolean contains(InetAddress other) {
        return bits(other) == bits(address) && shared(other).equals(shared(address));
    }

    private BigInteger shared(InetAddress of) {
        return InetAddresses.toBigInteger(of).shiftRight(bits(address) - prefix);
    }

    private static int bits(InetAddress address) {
        return address.getAddress().length * Byte.SIZE;
    }

    /** The same text for every address of the block: {@code 192.0.2.1}, {@code 2001:db8::/64}. */
    @Override
    public String toString() {
        if (prefix == bits(address)) {
            return InetAddresses.toAddrString(address);
        }
        BigInteger first = shared(address).shiftLeft(bits(address) - prefix);
        InetAddress lowest = bits(address) == Integer.SIZE
                ? InetAddresses.fromIPv4BigInteger(first)
                : InetAddresses.fromIPv6BigInteger(first);
        return InetAddresses.toAddrString(lowest) + "/" + prefix;
    }
}
