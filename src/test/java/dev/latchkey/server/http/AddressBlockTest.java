package dev.latchkey.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.InetAddresses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressBlockTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.1.2.3/8, 10.9.9.9, true",
        "192.0.2.128/25, 192.0.2.127, false",
        "192.0.2.128/25, 192.0.2.255, true",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, ::1, false",
        "::/0, 2001:db8::1, true",
        "::/0, 127.0.0.1, false",
        "::1, 0:0:0:0:0:0:0:1, true",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::ffff:192.0.2.0, 192.0.2.0, true",
        "' 192.0.2.1 ', 192.0.2.1, true"
    })
    void holdsTheAddressesThatShareItsFirstBits(String block, String address, boolean contains) {
        assertThat(AddressBlock.parse(block).contains(InetAddresses.forString(address)))
                .isEqualTo(contains);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "localhost",
                "example.com",
                "1.2.3",
                "1.2.3.4.5",
                "256.1.1.1",
                "1.2.3.4/33",
                "1.2.3.4/-1",
                "1.2.3.4/",
                "1.2.3.4/8/8",
                "::1/129",
                ":::",
                "12345::",
                "fe80::1%eth0",
                "[::1]",
                "10.0.0.0/ 8",
                "1.2.3.4/+8",
                "１.2.3.4"
            })
    void isNothingElse(String text) {
        assertThatThrownBy(() -> AddressBlock.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + text.strip() + "' is neither an address nor a block such as 10.0.0.0/8");
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1",
        "[2001:db8:1:2:3:4:5:6], 2001:db8:1:2::/64",
        "2001:db8:1:2:ffff:ffff:ffff:ffff, 2001:db8:1:2::/64",
        "2001:db8:1:3::, 2001:db8:1:3::/64",
        "0:0:0:0:0:0:0:1, ::/64",
        "[fe80:0:0:0:1:2:3:4%eth0], fe80::/64",
        "::ffff:192.0.2.1, 192.0.2.1",
        "/run/socket, 0.0.0.0"
    })
    void takesAnIpv6NetworkForOneClient(String remoteAddress, String text) {
        assertThat(AddressBlock.ofClient(remoteAddress)).hasToString(text);
    }

    @Test
    void takesAClientWithoutAnAddressForOne() {
        assertThat(AddressBlock.ofClient(null)).hasToString("0.0.0.0");
    }
}
