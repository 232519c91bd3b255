package dev.latchkey.server.database;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * SQLite's native library, which is extracted from the jar into a temporary folder and loaded from there.
 *
 * <p>The driver deletes it at a normal exit of the JVM, so it would stay after a {@code halt} or a {@code kill -9}. Most systems do not
 * need the file once it is loaded, so it is deleted at once. The next process deletes what is left over where that was not possible,
 * or of a process that died before.
 */
final class SqliteLibrary {
    private static final String TEMPORARY_FOLDER = "org.sqlite.tmpdir";
    private static final String UNPACKED_BY_OPERATOR = "org.sqlite.lib.path";

    /** The prefix of the folders, one for each process. Their content is executed, so others must not be able to write or guess them. */
    private static final String PREFIX = "latchkey-sqlite-";

    /** The lock file of a process that uses the folder. */
    private static final String LOCK = "lock";

    private static boolean isLoaded;

    private SqliteLibrary() {}

    /** Loads the library, unless this process has; to be called before the driver does. */
    static synchronized void load() throws SQLException {
        if (isLoaded || System.getProperty(UNPACKED_BY_OPERATOR) != null) {
            return;
        }
        try {
            Path temporary = Path.of(System.getProperty(setting()));
            Path folder = Files.createTempDirectory(temporary, PREFIX);
            try (FileChannel lock = lock(folder)) {
                deleteLeftovers(temporary, folder);
                loadFrom(folder);
                isLoaded = true;
            } finally {
                deleteIfPossible(folder);
            }
        } catch (IOException | InvalidPathException e) {
            // The driver looks in other places, and fails if there is none.
        }
    }

    /** The driver would compare what it extracted with the jar, byte by byte, which takes a twelfth of a start. */
    private static void loadFrom(Path folder) throws IOException, SQLException {
        String name = LibraryLoaderUtil.getNativeLibName();
        String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
        try (InputStream library = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
            // There is none for this system, so the driver looks for one of the system.
            if (library != null) {
                Files.copy(library, folder.resolve(name));
            }
        }
        String before = System.setProperty(TEMPORARY_FOLDER, folder.toString());
        System.setProperty(UNPACKED_BY_OPERATOR, folder.toString());
        try {
            DriverManager.getConnection("jdbc:sqlite::memory:").close();
        } finally {
            System.clearProperty(UNPACKED_BY_OPERATOR);
            if (before == null) {
                System.clearProperty(TEMPORARY_FOLDER);
            } else {
                System.setProperty(TEMPORARY_FOLDER, before);
            }
        }
    }

    /** Renames the file only after it is locked, so that a process that is about to lock it is not taken for a dead one. */
    private static FileChannel lock(Path folder) throws IOException {
        Path file = folder.resolve(LOCK + ".new");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        channel.lock();
        Files.move(file, folder.resolve(LOCK));
        return channel;
    }

    private static void deleteLeftovers(Path temporary, Path own) {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(temporary, PREFIX + "*")) {
            for (Path folder : folders) {
                if (!folder.equals(own) && isLeftOver(folder, Files.getOwner(own))) {
                    deleteIfPossible(folder);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // The temporary folder cannot be listed, so leftovers stay.
        }
    }

    /** Anybody can create folders and links with such names in a temporary folder, so it must be our own. */
    private static boolean isLeftOver(Path folder, UserPrincipal owner) {
        try {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                    || !Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(owner)) {
                return false;
            }
            try (FileChannel lock = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE)) {
                return lock.tryLock() != null;
            }
        } catch (IOException e) {
            // It was deleted meanwhile, or its process has not created the lock yet.
            return false;
        }
    }

    /** Deletes the lock last: if something cannot be deleted now, the folder can still be recognized later. */
    private static void deleteIfPossible(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                if (!file.endsWith(LOCK)) {
                    Files.delete(file);
                }
            }
            Files.deleteIfExists(folder.resolve(LOCK));
            Files.delete(folder);
        } catch (IOException e) {
            // Another process deletes it now or later.
        }
    }

    /** In one line, for an operator. */
    static String whyNotLoaded() {
        String setting = setting();
        String folder = System.getProperty(setting);
        return "SQLite's library cannot be loaded from the temporary folder " + folder + " (" + setting + "), "
                + problemWith(folder) + ": name another, as in java -D" + TEMPORARY_FOLDER
                + "=FOLDER -jar latchkey.jar";
    }

    private static String setting() {
        return System.getProperty(TEMPORARY_FOLDER) == null ? "java.io.tmpdir" : TEMPORARY_FOLDER;
    }

    private static String problemWith(String name) {
        try {
            Path folder = Path.of(name);
            if (!Files.isDirectory(folder)) {
                return "which is not a folder";
            }
            // A folder that is mounted noexec is still writable.
            return Files.isWritable(folder) ? "which is full or mounted noexec" : "which is not writable";
        } catch (InvalidPathException e) {
            return "whose name the charset of this locale cannot encode";
        }
    }
}
