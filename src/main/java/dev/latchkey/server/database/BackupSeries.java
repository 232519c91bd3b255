package dev.latchkey.server.database;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The backups that servers have made by themselves of one store, in one folder. Their names tell them from all other files: those that
 * somebody else made, and those of another store, which may have the same folder.
 */
final class BackupSeries {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String SUFFIX = ".db";
    private static final int MARK = 8;

    private final Path folder;
    private final String prefix;

    private BackupSeries(Path folder, String prefix) {
        this.folder = folder;
        this.prefix = prefix;
    }

    /** @param time when it was begun; every write acknowledged before is in it */
    record Made(Path file, Instant time) {}

    /** The series of a store that exists. */
    static BackupSeries of(DatabaseSettings settings) throws IOException {
        String store = settings.file().toRealPath().toString();
        String mark = Hashing.sha256()
                .hashString(store, StandardCharsets.UTF_8)
                .toString()
                .substring(0, MARK);
        return new BackupSeries(Path.of(settings.backupFolder()), "latchkey-scheduled-" + mark + "-");
    }

    Path folder() {
        return folder;
    }

    String nameAt(Instant time) {
        return prefix + TIME.format(time) + SUFFIX;
    }

    /** The newest first; empty if there is no folder. */
    List<Made> all() throws IOException {
        List<Made> all = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, prefix + "*" + SUFFIX)) {
                for (Path file : files) {
                    time(file).ifPresent(time -> all.add(new Made(file, time)));
                }
            }
        }
        all.sort(Comparator.comparing(Made::time).reversed());
        return all;
    }

    private Optional<Instant> time(Path file) {
        String name = file.getFileName().toString();
        try {
            return Optional.of(
                    Instant.from(TIME.parse(name.substring(prefix.length(), name.length() - SUFFIX.length()))));
        } catch (DateTimeException e) {
            // Not one of ours.
            return Optional.empty();
        }
    }
}
