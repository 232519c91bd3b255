package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.testing.Contract;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The codes in the program and those in the contract are the same ones, and say the same. */
final class ErrorCodeTest {
    /** A registration names its fields, a log-in apologises, and an import has a media type of its own. */
    private static final Set<String> WORDED_DIFFERENTLY_ON_ONE_PATH =
            Set.of("INVALID_REQUEST", "INTERNAL_ERROR", "UNSUPPORTED_MEDIA_TYPE");

    @Test
    void areThoseOfTheContract() {
        assertThat(Arrays.stream(ErrorCode.values()).map(Enum::name))
                .containsExactlyInAnyOrderElementsOf(Contract.errorCodes());
    }

    @Test
    void eachHasAnExample() {
        Set<String> codes = Contract.errorExamples().stream()
                .map(example -> example.path("code").textValue())
                .collect(Collectors.toSet());
        assertThat(codes).isEqualTo(Contract.errorCodes());
    }

    @Test
    void sayWhatTheirExamplesSay() {
        for (ErrorCode code : ErrorCode.values()) {
            Set<String> messages = Contract.errorExamples().stream()
                    .filter(example -> example.path("code").textValue().equals(code.name()))
                    .map(example -> example.path("message").textValue())
                    .collect(Collectors.toSet());
            assertThat(messages).contains(code.message());
            assertThat(messages).hasSize(WORDED_DIFFERENTLY_ON_ONE_PATH.contains(code.name()) ? 2 : 1);
        }
    }

    @Test
    void areDeclaredUnderTheirStatus() {
        for (ErrorCode code : ErrorCode.values()) {
            assertThat(Contract.statuses(code.name())).as(code.name()).contains(code.status());
        }
    }

    @Test
    void examplesAreOfTheSchema() {
        for (JsonNode example : Contract.errorExamples()) {
            assertThat(Contract.violations(Contract.schema("ErrorResponse"), example))
                    .isEmpty();
        }
    }
}
