package dev.latchkey.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;

/**
 * Keeps tokens in a file that only the user of the operating system can read (mode 0600): for command-line programs. The clients for Node.js and
 * Python read the same file.
 */
public final class FileTokenStore implements TokenStore {
    private static final double MILLIS = 1000.0;

    private final Path path;

    /**
     * A store in a file; its folder is made if it is not there.
     *
     * @param path which
     */
    public FileTokenStore(Path path) {
        this.path = path.toAbsolutePath();
    }

    /** What is in the file, in all our clients. */
    private record Kept(
            @JsonProperty("username") String username,
            @JsonProperty("access_token") String accessToken,
            @JsonProperty("refresh_token") String refreshToken,
            @JsonProperty("expires_at") Double expiresAt) {}

    /** Whatever else is in the file is no log-in. */
    @Override
    public synchronized Optional<StoredTokens> load() {
        byte[] text;
        try {
            text = Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            Kept kept = Json.read(text, Kept.class);
            if (kept == null || kept.accessToken() == null || kept.expiresAt() == null) {
                return Optional.empty();
            }
            Instant expiresAt = Instant.ofEpochMilli(Math.round(kept.expiresAt() * MILLIS));
            return Optional.of(new StoredTokens(kept.accessToken(), expiresAt, kept.refreshToken(), kept.username()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Renames a new file as a whole: nobody reads half of it, and an old one with another mode is replaced. */
    @Override
    public synchronized void save(StoredTokens tokens) {
        double expiresAt = tokens.expiresAt().toEpochMilli() / MILLIS;
        byte[] text = Json.write(new Kept(tokens.username(), tokens.accessToken(), tokens.refreshToken(), expiresAt));
        try {
            Files.createDirectories(path.getParent(), only("rwx------"));
            Path written =
                    Files.createTempFile(path.getParent(), path.getFileName().toString(), null, only("rw-------"));
            try {
                Files.write(written, text);
                Files.move(written, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(written);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void clear() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Windows has no such modes; there the folder of the user protects it. */
    private static FileAttribute<?>[] only(String mode) {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
    }
}
