package dev.latchkey.data.changes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ProofSize;
import dev.latchkey.testing.ServerExtension;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who follows the changes has exactly the user's data, however often the connection breaks, and whatever is written meanwhile. */
final class ExactFeedTest {
    private static final int CHANGES = ProofSize.of(600, 20_000);

    @ParameterizedTest
    @EnumSource(Engine.class)
    void givesEachFollowerExactlyTheData(Engine engine) throws Exception {
        ServerExtension server = ServerExtension.shared(engine);
        try (FeedProof proof =
                new FeedProof(random -> server.address(), server.api().newToken(), Duration.ZERO, 1)) {
            proof.awaitChanges(CHANGES);
            Map<String, Integer> counts = proof.finish();
            assertThat(counts)
                    .containsKeys(
                            "nothing", "a list", "a page", "a long poll", "a stream", "broken", "change", "position");
        }
    }
}
