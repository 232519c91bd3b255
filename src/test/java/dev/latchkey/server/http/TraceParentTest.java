package dev.latchkey.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What <a href="https://www.w3.org/TR/trace-context-1/#traceparent-header">Trace Context</a> calls valid, and nothing else. */
final class TraceParentTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PARENT = "b7ad6b7169203331";
    private static final String GOOD = "00-" + TRACE + "-" + PARENT + "-01";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00-" + TRACE + "-" + PARENT + "-01",
                "00-" + TRACE + "-" + PARENT + "-00",
                "00-" + TRACE + "-" + PARENT + "-ff",
                "01-" + TRACE + "-" + PARENT + "-01",
                "cc-" + TRACE + "-" + PARENT + "-01-what-the-future-brings",
                "01-" + TRACE + "-" + PARENT + "-01-",
            })
    void isTaken(String header) {
        assertThat(TraceParent.of(List.of(header))).contains(new TraceParent(TRACE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ff-" + TRACE + "-" + PARENT + "-01",
                "0-" + TRACE + "-" + PARENT + "-01",
                "0G-" + TRACE + "-" + PARENT + "-01",
                "00-00000000000000000000000000000000-" + PARENT + "-01",
                "00-" + TRACE + "-0000000000000000-01",
                "00-0AF7651916CD43DD8448EB211C80319C-" + PARENT + "-01",
                "00-" + TRACE + "-B7AD6B7169203331-01",
                "00-" + TRACE + "0-" + PARENT + "-01",
                "00-" + TRACE + "-" + PARENT + "0-01",
                "00-" + TRACE + "-" + PARENT + "-1",
                "00-" + TRACE + "-" + PARENT + "-01-more",
                "01-" + TRACE + "-" + PARENT + "-01more",
                "00-" + TRACE + "-" + PARENT,
                "00-" + TRACE + "-" + PARENT + "-01\n",
                " 00-" + TRACE + "-" + PARENT + "-01",
            })
    void isIgnored(String header) {
        assertThat(TraceParent.of(List.of(header))).isEmpty();
    }

    @Test
    void oneOfTwoIsNotChosen() {
        assertThat(TraceParent.of(List.of())).isEmpty();
        assertThat(TraceParent.of(List.of(GOOD, GOOD))).isEmpty();
        assertThat(TraceParent.of(List.of("cc-" + TRACE + "-" + PARENT + "-01-" + "x".repeat(1_000))))
                .isEmpty();
    }
}
