package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ProgressBarTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);
    private long nanos;

    @Test
    void writesOneLineOverAndOverOnATerminalAndLeavesNone() {
        try (ProgressBar bar = new ProgressBar(out, true, () -> nanos)) {
            nanos = TimeUnit.MILLISECONDS.toNanos(100);
            bar.at("copying entries", 250, 1000);
            bar.at("copying entries", 251, 1000);
            nanos = TimeUnit.MILLISECONDS.toNanos(200);
            bar.at("checking entries", 1000, 1000);
        }
        String[] lines = written.toString(StandardCharsets.UTF_8).split("\r");
        assertThat(lines).hasSize(4);
        assertThat(lines[1]).isEqualTo(String.format("%-79s", "[#####...............] 25 % copying entries"));
        assertThat(lines[2]).isEqualTo(String.format("%-79s", "[####################] 100 % checking entries"));
        assertThat(lines[3]).isBlank();
    }

    @Test
    void writesALineEveryTenSecondsElsewhere() {
        try (ProgressBar bar = new ProgressBar(out, false, () -> nanos)) {
            for (int second = 1; second <= 25; second++) {
                nanos = TimeUnit.SECONDS.toNanos(second);
                bar.at("copying entries", second, 25);
            }
        }
        assertThat(written.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("40 % copying entries", "80 % copying entries");
    }
}
