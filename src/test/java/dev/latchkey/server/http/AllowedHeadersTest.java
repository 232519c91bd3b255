package dev.latchkey.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AllowedHeadersTest {

    @Test
    void takesSeveral() {
        assertThat(AllowedHeaders.parse(" X-Tenant ,x-b3-traceid,uber-trace-id, *")
                        .values())
                .containsExactlyInAnyOrder("X-Tenant", "x-b3-traceid", "uber-trace-id", "*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Tenant:",
                "X Tenant",
                "X-Tenant,",
                ",",
                "X-Tenant;q=1",
                "\"X\"",
                "X-T\u00e9nant",
                "(X)",
                "X\r\nY"
            })
    void refusesWhatIsNoName(String text) {
        assertThatThrownBy(() -> AllowedHeaders.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not the name of a header");
    }
}
