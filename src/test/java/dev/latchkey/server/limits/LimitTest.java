package dev.latchkey.server.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LimitTest {

    @ParameterizedTest
    @CsvSource({
        "1/1s, 1, PT1S",
        "60/10m, 60, PT10M",
        "200/1h, 200, PT1H",
        "5/1d, 5, PT24H",
        "1000000000/86400s, 1000000000, PT24H"
    })
    void isACountInATime(String text, long count, Duration period) {
        assertThat(Limit.parse(text)).isEqualTo(new Limit(count, period));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10",
                "10/m",
                "/10m",
                "0/1m",
                "-1/1m",
                "1/0s",
                "1.5/1m",
                "10/10",
                "10 / 10m",
                "10/10ms",
                "10/2d",
                "1/25h",
                "1000000001/1s",
                "OFF",
                "on",
                "1e3/1s"
            })
    void isNothingElse(String text) {
        assertThatThrownBy(() -> Limit.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'" + text + "' is neither off nor a limit such as 60/10m");
    }

    @ParameterizedTest
    @ValueSource(strings = {"off", "'off'", "false"})
    void canBeOff(String yaml) throws JsonProcessingException {
        LimitSettings settings = new YAMLMapper().readValue("requestsPerUser: " + yaml, LimitSettings.class);

        assertThat(settings.requestsPerUser().isOn()).isFalse();
        assertThat(settings.registrationsPerAddress().isOn()).isTrue();
    }

    @Test
    void aMultipleStaysWithinWhatABucketCanTell() {
        assertThat(Limit.parse("200/1h").times(10)).isEqualTo(Limit.parse("2000/1h"));
        assertThat(Limit.parse("1000000000/1s").times(10)).isEqualTo(Limit.parse("1000000000/1s"));
        assertThat(Limit.OFF.times(10)).isEqualTo(Limit.OFF);
    }

    @Test
    void theDefaultsAreOn() {
        assertThat(LimitSettings.defaults())
                .isEqualTo(new LimitSettings(
                        Limit.parse("10/10m"),
                        Limit.parse("60/10m"),
                        Limit.parse("200/1h"),
                        Limit.parse("300000/1m"),
                        Limit.parse("5/1h"),
                        Limit.parse("10/1h"),
                        Limit.parse("30/1h"),
                        Limit.parse("1000/1h"),
                        Limit.parse("60/10m")));
    }
}
