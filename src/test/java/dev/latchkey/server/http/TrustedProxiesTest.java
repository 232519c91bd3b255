package dev.latchkey.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.InetAddresses;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Promise 27: whose word is taken for the client's address, and which word. */
final class TrustedProxiesTest {
    private static final TrustedProxies PROXIES = TrustedProxies.parse("10.0.0.0/8, 2001:db8:ffff::/48,,192.0.2.1");

    /** Promise 27. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // From nobody that is trusted: nothing is believed.
                "203.0.113.9 | 198.51.100.7 | 203.0.113.9",
                "203.0.113.9 | 10.0.0.1 | 203.0.113.9",
                "2001:db8::1 | 198.51.100.7 | 2001:db8::1",
                // The last that is not a proxy, whatever stands left of it.
                "10.0.0.1 | 198.51.100.7 | 198.51.100.7",
                "10.0.0.1 | 1.1.1.1, 198.51.100.7 | 198.51.100.7",
                "10.0.0.1 | 10.9.9.9, 198.51.100.7, 10.0.0.2, 192.0.2.1 | 198.51.100.7",
                "10.0.0.1 | 127.0.0.1, 198.51.100.7 , 10.0.0.2 | 198.51.100.7",
                "2001:db8:ffff::1 | 2001:db8:1::5 | 2001:db8:1::5",
                // All of them proxies: the first.
                "10.0.0.1 | 10.0.0.3, 10.0.0.2 | 10.0.0.3",
                // What is no address ends it at the last good one.
                "10.0.0.1 | 198.51.100.7, unknown | 10.0.0.1",
                "10.0.0.1 | 198.51.100.7, 'localhost' | 10.0.0.1",
                "10.0.0.1 | 198.51.100.7, _hidden, 10.0.0.2 | 10.0.0.2",
                "10.0.0.1 | 198.51.100.7, | 10.0.0.1",
                "10.0.0.1 | 198.51.100.7,, 10.0.0.2 | 10.0.0.2",
                "10.0.0.1 | '' | 10.0.0.1",
                "10.0.0.1 | 999.1.1.1 | 10.0.0.1",
                "10.0.0.1 | fe80::1%eth0 | 10.0.0.1",
                "10.0.0.1 | 198.51.100.7:port | 10.0.0.1",
                "10.0.0.1 | [198.51.100.7 | 10.0.0.1",
                // Ports, brackets, and IPv4 in IPv6.
                "10.0.0.1 | 198.51.100.7:4711 | 198.51.100.7",
                "10.0.0.1 | 198.51.100.7:4711, 10.0.0.2:80 | 198.51.100.7",
                "10.0.0.1 | [2001:db8:1::5]:4711 | 2001:db8:1::5",
                "10.0.0.1 | [2001:db8:1::5] | 2001:db8:1::5",
                "10.0.0.1 | ::ffff:198.51.100.7 | 198.51.100.7",
                "::ffff:10.0.0.1 | 198.51.100.7, ::ffff:10.0.0.2 | 198.51.100.7"
            })
    void theClientIsTheLastOnTheWayThatIsNoProxy(String peer, String forwardedFor, String client) {
        assertThat(PROXIES.client(InetAddresses.forString(peer), List.of(forwardedFor)))
                .isEqualTo(InetAddresses.forString(client));
    }

    /** Promise 27. */
    @Test
    void severalHeadersAreOneInTheirOrder() {
        assertThat(PROXIES.client(
                        InetAddresses.forString("10.0.0.1"),
                        List.of("1.1.1.1, 2.2.2.2", "3.3.3.3", "10.0.0.2,10.0.0.3")))
                .isEqualTo(InetAddresses.forString("3.3.3.3"));
    }

    @Test
    void withoutAProxyNothingIsBelieved() {
        assertThat(TrustedProxies.parse("").isEmpty()).isTrue();
        assertThat(TrustedProxies.none().client(InetAddresses.forString("127.0.0.1"), List.of("1.1.1.1")))
                .isEqualTo(InetAddresses.forString("127.0.0.1"));
    }

    @Test
    void whateverIsSentAnAddressIsFound() {
        Random random = new Random(1);
        char[] parts = "0123456789abcdef.:[]%/, \r\n\tx\u00e9\0".toCharArray();
        for (int i = 0; i < 200_000; i++) {
            StringBuilder header = new StringBuilder();
            random.ints(random.nextInt(40), 0, parts.length).forEach(part -> header.append(parts[part]));
            assertThat(PROXIES.client(
                            InetAddresses.forString("10.0.0.1"), Arrays.asList(header.toString(), "10.0.0.2")))
                    .isNotNull();
        }
    }

    @Test
    void aWrongOneIsNamed() {
        assertThatThrownBy(() -> TrustedProxies.parse("10.0.0.1,proxy.example"))
                .hasMessageContaining("'proxy.example' is neither");
    }
}
