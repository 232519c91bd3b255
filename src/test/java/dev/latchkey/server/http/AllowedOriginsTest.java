package dev.latchkey.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AllowedOriginsTest {
    @Test
    void takesSeveral() {
        assertThat(AllowedOrigins.parse(
                                " https://app.example.com ,http://localhost:5173,capacitor://localhost,http://[::1]:8080")
                        .values())
                .containsExactlyInAnyOrder(
                        "https://app.example.com",
                        "http://localhost:5173",
                        "capacitor://localhost",
                        "http://[::1]:8080");
        assertThat(AllowedOrigins.parse("*").values()).containsExactly("*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "app.example.com",
                "https://app.example.com/",
                "https://app.example.com/path",
                "https://App.example.com",
                "HTTPS://app.example.com",
                "https://app.example.com:443",
                "http://app.example.com:80",
                "https://*.example.com",
                "https://app.example.com,*",
                "https://app.example.com,",
                "https://me@app.example.com",
                "https://app.example.com?x",
                "https://",
                "//app.example.com",
                "null",
                "https://münchen.example",
                "https://app.example.com https://other.example.com"
            })
    void refusesWhatNoBrowserSends(String text) {
        assertThatThrownBy(() -> AllowedOrigins.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not an origin as browsers send it");
    }
}
