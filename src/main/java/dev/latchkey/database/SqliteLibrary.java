package dev.latchkey.database;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** SQLite's native library, which is unpacked from the jar into a temporary folder and run from there. */
final class SqliteLibrary {
    private static final String OWN_FOLDER = "org.sqlite.tmpdir";

    private SqliteLibrary() {}

    /** In one line, for an operator. */
    static String whyNotLoaded() {
        String setting = System.getProperty(OWN_FOLDER) == null ? "java.io.tmpdir" : OWN_FOLDER;
        String folder = System.getProperty(setting);
        return "SQLite's library cannot be loaded from the temporary folder " + folder + " (" + setting + "), "
                + trouble(folder) + ": name another, as in java -D" + OWN_FOLDER + "=FOLDER -jar latchkey.jar";
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
