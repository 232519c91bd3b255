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
     * A store in a file; its folder is created if it does not exist.
     *
     * @param path the file
     */
    public FileTokenStore(Path path) {
        this.path = path.toAbsolutePath();
    }

    /** The content of the file, the same in all our clients. */
    private record Kept(
            @JsonProperty("username") String username,
            @JsonProperty("access_token") String accessToken,
            @JsonProperty("refresh_token") String refreshToken,
            @JsonProperty("expires_at") Double expiresAt) {}

    /** Any other content counts as logged out. */
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

    /** Writes a new file and renames it, so that nobody reads half of it, and an old file with another mode is replaced. */
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

    /** Windows has no such modes; there the user's folder protects the file. */
    private static FileAttribute<?>[] only(String mode) {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
    }
}
