package dev.latchkey.server.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Contract;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Errors say at each path what the contract says there, in the words of the rooms or in the usual ones. */
final class ErrorBodiesTest {

    @Test
    void sayAtEachPathWhatTheContractSays() {
        ErrorBodies bodies = ServerExtension.shared(Engine.SQLITE)
                .jerseyInstance(ProblemFeature.class)
                .bodies();
        Set<List<String>> messages = Contract.messages();
        assertThat(messages).hasSizeGreaterThan(80);
        for (List<String> message : messages) {
            Problem problem = new Problem(ErrorCode.valueOf(message.get(1)));
            assertThat(bodies.of(problem, "POST", message.get(0), "id").getMessage())
                    .as("%s at %s", message.get(1), message.get(0))
                    .isEqualTo(message.get(2));
        }
    }
}
