package dev.latchkey.server.database;

import java.nio.file.Path;

/**
 * Converts {@code jdbc:sqlite:<file>} to the file, and the file to what the driver and SQLite need.
 *
 * <p>The driver strips blanks and parameters, encodes names in UTF-8 whatever the locale is, and gives some names a special meaning
 * ({@code :memory:}). It passes on a URI unchanged, so that SQLite opens exactly the file that Java means by this path.
 *
 * @see <a href="https://www.sqlite.org/uri.html">URI filenames</a>
 */
final class SqliteUrl {
    private static final String PREFIX = "jdbc:sqlite:";

    private SqliteUrl() {}

    static boolean isOne(String url) {
        return url.startsWith(PREFIX);
    }

    /** The file that an operator names. */
    static Path file(String url) {
        return Path.of(url.substring(PREFIX.length()));
    }

    /** For the driver. */
    static String of(Path file) {
        return PREFIX + uri(file);
    }

    /** For SQLite itself, in SQL that names a file. */
    static String uri(Path file) {
        return file.toUri().toString();
    }
}
