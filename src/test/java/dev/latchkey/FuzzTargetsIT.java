package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.latchkey.server.auth.AccessTokenFuzzTarget;
import dev.latchkey.sessions.RefreshTokenFuzzTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Promise 16: the inputs that are kept in {@code src/test/fuzz}, among them all that a fuzzer ever found, and some thousand
 * mutations of them. Those that find their own way through the code come by {@code mvn -Pfuzz}; {@code -Dlatchkey.fuzz=1000000}
 * makes more of these where that does not run.
 */
final class FuzzTargetsIT {
    private static final long SEED = 20_261_122;
    private static final int MUTATIONS = Integer.getInteger("latchkey.fuzz", 5_000);
    private static final int MAX_CHANGES = 6;

    private static final Logger AUDIT = (Logger) LoggerFactory.getLogger("audit");

    private final Random random = new Random(SEED);
    private final Level auditLevel = AUDIT.getLevel();

    /** Thousands of refusals tell nobody anything. */
    @BeforeEach
    void silenceTheAuditLog() {
        AUDIT.setLevel(Level.OFF);
    }

    @AfterEach
    void restoreTheAuditLog() {
        AUDIT.setLevel(auditLevel);
    }

    @Test
    void noKeptAccessTokenNorAnythingLikeOneIsTaken() {
        tryAll("access-token", AccessTokenFuzzTarget::fuzzerTestOneInput);
    }

    @Test
    void noKeptRefreshTokenNorAnythingLikeOneIsTaken() {
        tryAll("refresh-token", RefreshTokenFuzzTarget::fuzzerTestOneInput);
    }

    private void tryAll(String folder, Consumer<byte[]> target) {
        List<byte[]> kept = kept(folder);
        assertThat(kept).hasSizeGreaterThan(10);
        for (byte[] input : kept) {
            tryOne(target, input);
        }
        for (int i = 0; i < MUTATIONS; i++) {
            tryOne(target, mutated(kept.get(random.nextInt(kept.size())), kept));
        }
    }

    private static void tryOne(Consumer<byte[]> target, byte[] input) {
        assertThatCode(() -> target.accept(input))
                .as("seed %d: %s", SEED, new String(input, StandardCharsets.ISO_8859_1))
                .doesNotThrowAnyException();
    }

    /** In an order that is the same everywhere. */
    private static List<byte[]> kept(String folder) {
        try (Stream<Path> files = Files.list(Path.of("src/test/fuzz", folder))) {
            List<byte[]> kept = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                kept.add(Files.readAllBytes(file));
            }
            return kept;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] mutated(byte[] input, List<byte[]> others) {
        StringBuilder text = new StringBuilder(latin1(input));
        for (int i = random.nextInt(MAX_CHANGES); i >= 0; i--) {
            int at = random.nextInt(text.length() + 1);
            int end = Math.min(text.length(), at + random.nextInt(12));
            switch (random.nextInt(6)) {
                case 0 -> text.delete(at, end);
                case 1 -> text.insert(at, text.substring(at, end));
                case 2 -> text.insert(at, (char) random.nextInt(256));
                case 3 -> text.replace(at, end, Long.toString(random.nextLong() >> random.nextInt(64)));
                case 4 -> text.replace(at, end, part(latin1(others.get(random.nextInt(others.size())))));
                default -> flip(text, at);
            }
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private void flip(StringBuilder text, int at) {
        if (at < text.length()) {
            text.setCharAt(at, (char) (text.charAt(at) ^ (1 << random.nextInt(8))));
        }
    }

    private String part(String text) {
        int start = random.nextInt(text.length());
        return text.substring(start, start + random.nextInt(text.length() - start + 1));
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
