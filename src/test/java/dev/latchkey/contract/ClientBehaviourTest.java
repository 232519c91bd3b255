package dev.latchkey.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Collection;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the SDKs are generated to do by themselves has to be said of each operation: none may be repeated because somebody forgot to think of it. */
final class ClientBehaviourTest {
    private static final JsonNode CURRENT =
            Document.read(Path.of("api/openapi.yaml")).root();

    static Collection<Operation> operations() {
        return Compatibility.operations(CURRENT).values();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void itIsSaidWhenItMayBeRepeated(Operation operation) {
        String repeat = operation.node().path(ClientBehaviour.REPEAT).asText();
        assertThat(repeat).isIn(ClientBehaviour.REPEATS);
        // What only reads does nothing twice. But a client that asked again would hide that a server is not ready.
        if (isRead(operation)) {
            assertThat(repeat).isEqualTo(isProbe(operation) ? "never" : "always");
        }
    }

    /** The session is that of the access token, and nobody's reading ends it. */
    @ParameterizedTest
    @MethodSource("operations")
    void onlyWhatIsAuthorizedAndWritesEndsTheSession(Operation operation) {
        JsonNode ends = operation.node().path(ClientBehaviour.ENDS_SESSION);
        assertThat(ends.isMissingNode() || ends.isBoolean()).isTrue();
        if (ends.asBoolean()) {
            assertThat(isRead(operation)).isFalse();
            assertThat(operation.node().has("security")).isFalse();
        }
    }

    /** What clients hand out with the body is there. */
    @ParameterizedTest
    @MethodSource("operations")
    void aBodyThatComesWithAnETagSaysSo(Operation operation) {
        operation.node().path("responses").properties().forEach(response -> {
            JsonNode schema = response.getValue().at("/content/application~1json/schema");
            if (response.getKey().startsWith("2") && !schema.isMissingNode()) {
                assertThat(schema(schema).path("x-etag").asBoolean())
                        .as(response.getKey())
                        .isEqualTo(response.getValue().path("headers").has("ETag"));
            }
        });
    }

    private static JsonNode schema(JsonNode reference) {
        return reference.has("$ref")
                ? CURRENT.at(reference.path("$ref").asText().substring(1))
                : reference;
    }

    private static boolean isProbe(Operation operation) {
        return operation.route().startsWith("GET /health/");
    }

    private static boolean isRead(Operation operation) {
        return operation.route().startsWith("GET ");
    }
}
