package dev.latchkey.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The gate that the contract has to pass, and what it lets through and what not. */
final class CompatibilityTest {
    private static final Document RELEASED = Document.read(Path.of("api/released/openapi.yaml"));
    private static final Document CURRENT = Document.read(Path.of("api/openapi.yaml"));

    @Test
    void theContractBreaksNoClientOfTheLastRelease() {
        Gate gate = Gate.between(RELEASED, CURRENT);
        if (gate.isOpen() && !gate.breaks().isEmpty()) {
            System.out.println(gate.report());
        }
        assertThat(gate.isOpen()).withFailMessage(gate::report).isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void isClosedTo(Change change) {
        Gate gate = judge(change);
        assertThat(gate.isOpen()).isFalse();
        assertThat(gate.report())
                .contains(change.complaint())
                .contains("clients of Latchkey 0.1.0")
                .contains("the next release 1.0.0");
    }

    static Stream<Change> isClosedTo() {
        return BreakingChanges.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void isOpenTo(Change change) {
        assertThat(judge(change).breaks()).isEmpty();
    }

    static Stream<Change> isOpenTo() {
        return HarmlessChanges.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("isClosedTo")
    void isOpenToAnotherMajorVersionAndSaysWhatItBreaks(Change change) {
        Document before = change.before().apply(released());
        Document after = change.edit().apply(before.copy()).set("/info/version", "1.0.0");
        Gate gate = Gate.between(before, after);
        assertThat(gate.isOpen()).isTrue();
        assertThat(gate.report()).contains(change.complaint()).contains("That is allowed");
    }

    private static Gate judge(Change change) {
        Document before = change.before().apply(released());
        return Gate.between(before, change.edit().apply(before.copy()));
    }

    /** As if it were 0.1.0; the last release and not today's contract, so that an edit of that fails what it has to fail and no more. */
    private static Document released() {
        return RELEASED.copy().set("/info/version", "0.1.0");
    }
}
