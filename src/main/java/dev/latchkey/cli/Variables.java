package dev.latchkey.cli;

import dev.latchkey.server.database.Failures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Environment variables. The value of each of ours may be in a file instead, which {@code <NAME>_FILE} names, as secrets are given to
 * containers and to services of systemd.
 */
final class Variables {
    static final String PREFIX = "LATCHKEY_";
    static final String IN_FILE = "_FILE";

    private static final int MAX_BYTES = 64 << 10;

    private final Map<String, String> environment;

    Variables(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * A value that is set.
     *
     * @param name the variable that it came from
     * @param text trimmed, and not empty
     * @param file null if the variable has the value itself
     */
    record Value(String name, String text, Path file) {

        /** Whether every user of this machine can read the file. */
        boolean isPublic() {
            return file != null && PublicFile.is(file);
        }
    }

    Map<String, String> all() {
        return environment;
    }

    /** The trimmed value of the variable itself; empty if it is not set. */
    Optional<String> own(String name) {
        return Optional.of(set(name)).filter(text -> !text.isEmpty());
    }

    /**
     * The value of a variable, from the environment or from its file.
     *
     * @throws Refusal if it cannot be read, or if there are two
     */
    Optional<Value> read(String name) {
        String own = set(name);
        String file = name.startsWith(PREFIX) ? set(name + IN_FILE) : "";
        if (file.isEmpty()) {
            return own.isEmpty() ? Optional.empty() : Optional.of(new Value(name, own, null));
        }
        if (!own.isEmpty()) {
            throw new Refusal(name + " and " + name + IN_FILE + " are both set: unset one of them");
        }
        return Optional.of(fromFile(name + IN_FILE, file));
    }

    /** Empty if it is not set. */
    private String set(String name) {
        String set = environment.get(name);
        if (set != null && CommandLine.isUnreadable(set)) {
            throw new Refusal("the environment variable " + name + " " + CommandLine.cannotBeRead());
        }
        return set == null ? "" : SettingValue.trimmed(set);
    }

    private static Value fromFile(String name, String path) {
        String wrong = "the file that " + name + " names ";
        try {
            Path file = Path.of(path);
            String text = SettingValue.trimmed(text(file));
            if (text.isEmpty()) {
                throw new Refusal(wrong + "is empty: " + path);
            }
            return new Value(name, text, file);
        } catch (CharacterCodingException e) {
            throw new Refusal(wrong + "is not a text in UTF-8: " + path);
        } catch (IOException e) {
            throw new Refusal(wrong + "cannot be read: " + Failures.rootMessage(e));
        } catch (InvalidPathException e) {
            throw new Refusal(wrong + CommandLine.cannotBeNamed());
        }
    }

    private static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException(file + ": it is longer than " + MAX_BYTES + " bytes");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        }
    }
}
