package dev.latchkey.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The operator says how long a value may be, in bytes. */
final class ValueSizeTest {
    @RegisterExtension
    static final ServerExtension SERVER = new ServerExtension(Engine.SQLITE, "data.maxValueSize", "10B");

    private final Api api = SERVER.api();
    private final String token = api.newToken();

    @ParameterizedTest
    @CsvSource({
        "0123456789, 01234567890",
        "ééééé, éééééé",
        "€€€, €€€€",
        "éééé.., éééé...",
        "\uD83D\uDD11\uD83D\uDD11.., \uD83D\uDD11\uD83D\uDD11...",
        "'', \uD83D\uDD11\uD83D\uDD11\uD83D\uDD11"
    })
    void keepsToTheConfiguredLengthOfAValue(String longest, String longer) {
        expectTooLong(api.create(token, "key", longer));
        assertThat(api.create(token, "key", longest).status()).isEqualTo(201);
        expectTooLong(api.update(token, "key", longer));
        assertThat(api.update(token, "key", longest).status()).isEqualTo(200);
        assertThat(api.read(token, "key").body().at("/data/value").textValue()).isEqualTo(longest);
    }

    private static void expectTooLong(Api.Answer answer) {
        assertThat(answer.outcome()).isEqualTo("400 INVALID_VALUE");
        assertThat(answer.body().at("/errors").toString())
                .isEqualTo("[{\"field\":\"value\",\"message\":\"must be at most 10 bytes of UTF-8 long\"}]");
    }
}
