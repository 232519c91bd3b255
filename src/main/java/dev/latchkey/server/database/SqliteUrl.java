package dev.latchkey.server.database;

import java.nio.file.Path;

/**
 * The one place that turns {@code jdbc:sqlite:<file>} into the file, and the file into what SQLite is given.
 *
 * <p>The driver cuts blanks and parameters off what it is given, writes names in UTF-8 whatever the locale says, and gives some a
 * meaning of their own ({@code :memory:}). A URI it passes on as it is, so that SQLite opens the file that Java means by this path.
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

    /** For SQLite itself, where SQL names a file. */
    static String uri(Path file) {
        return file.toUri().toString();
    }
}
