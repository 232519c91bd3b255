package dev.latchkey.server.database;

import java.io.IOException;
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

/**
 * SQLite's native library, which is unpacked from the jar into a temporary folder and run from there.
 *
 * <p>The driver deletes it when the JVM ends by itself, and so leaves it there after a {@code halt} or a {@code kill -9}. Once it is
 * loaded, most systems need the file no more: it is deleted at once. What is left of a process that died before that, or of a
 * system that keeps the file, the next process deletes.
 */
final class SqliteLibrary {
    private static final String TEMPORARY_FOLDER = "org.sqlite.tmpdir";
    private static final String UNPACKED_BY_OPERATOR = "org.sqlite.lib.path";

    /** Of folders, each of one process, which nobody else can write to or foresee: what is in them is run. */
    private static final String PREFIX = "latchkey-sqlite-";

    /** Held by a process that needs what is beside it. */
    private static final String LOCK = "lock";

    private static boolean isLoaded;

    private SqliteLibrary() {}

    /** Loads it, if this process has not yet; to be called before the driver would. */
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
            // The driver knows other places to look in, and fails where there is none.
        }
    }

    private static void loadFrom(Path folder) throws SQLException {
        String before = System.setProperty(TEMPORARY_FOLDER, folder.toString());
        try {
            DriverManager.getConnection("jdbc:sqlite::memory:").close();
        } finally {
            if (before == null) {
                System.clearProperty(TEMPORARY_FOLDER);
            } else {
                System.setProperty(TEMPORARY_FOLDER, before);
            }
        }
    }

    /** The file has its name only once it is locked: nobody takes a process that is about to lock it for a dead one. */
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
            // Nobody may look around here: then they stay.
        }
    }

    /** Everybody may make folders and links of such names here; only what is in our own can be nothing but a library. */
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
            // It is gone by now, or its process has not put anything in yet.
            return false;
        }
    }

    /** The lock last: what cannot be deleted now can still be known for what it is. */
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
            // Another process does it, or the next one.
        }
    }

    /** In one line, for an operator. */
    static String whyNotLoaded() {
        String setting = setting();
        String folder = System.getProperty(setting);
        return "SQLite's library cannot be loaded from the temporary folder " + folder + " (" + setting + "), "
                + trouble(folder) + ": name another, as in java -D" + TEMPORARY_FOLDER + "=FOLDER -jar latchkey.jar";
    }

    private static String setting() {
        return System.getProperty(TEMPORARY_FOLDER) == null ? "java.io.tmpdir" : TEMPORARY_FOLDER;
    }

    private static String trouble(String name) {
        try {
            Path folder = Path.of(name);
            if (!Files.isDirectory(folder)) {
                return "which is no folder";
            }
            // What nothing can be run from is writable all the same.
            return Files.isWritable(folder) ? "which is full or mounted noexec" : "which is not writable";
        } catch (InvalidPathException e) {
            return "whose name this locale has no letters for";
        }
    }
}
