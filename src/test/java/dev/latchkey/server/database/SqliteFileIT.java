package dev.latchkey.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.data.RevisionStore;
import dev.latchkey.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All that works on a SQLite store works on one and the same file, whatever its name is and wherever that leads. */
final class SqliteFileIT {
    @TempDir
    private Path folder;

    /** Names that SQLite's driver, SQLite or a URI would read otherwise than they stand there. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "latchkey.db",
                "a b.db",
                "blank at the end ",
                "tab at the end\t",
                "line end\n",
                "windows line end\r\n",
                "no-break space\u00A0",
                "mode=memory",
                "percent%20sign%.db",
                "number#sign.db",
                "a&b=c.db",
                "plus+semicolon;.db",
                "back\\slash.db",
                "file",
                "JDBC:SQLITE:x",
            })
    void theNameIsTakenAsItStands(String name) throws Exception {
        Path file = folder.resolve(name);
        DatabaseSettings settings = at(file);
        Path backup = folder.resolve("backup of " + name);
        try (TestDatabase store = new TestDatabase(settings)) {
            store.addUser("alice");
            Backup.make(settings, backup);
            store.addUser("bob");
            assertThat(databases()).containsExactlyInAnyOrder(file, backup);

            Files.delete(file);
            assertThatThrownBy(() -> store.addUser("carol")).isInstanceOf(UnavailableException.class);
            assertThat(databases()).as("nobody makes another").containsExactly(backup);
        }
        Restore.run(settings, backup, RevisionStore::renewRestored);

        assertThat(databases()).containsExactlyInAnyOrder(file, backup);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (TestDatabase store = new TestDatabase(settings)) {
            assertThat(users(store)).containsExactly("alice");
        }

        DatabaseSettings copy = at(folder.resolve("copy of " + name));
        StoreCopy.run(settings, copy, (step, done, total) -> {});
        assertThat(databases()).containsExactlyInAnyOrder(file, backup, copy.file());
    }

    /** The backup's name is an argument, and may hold what a URL may not. */
    @ParameterizedTest
    @ValueSource(
            strings = {"what?.db", "a?mode=memory", "a?journal_mode=off.db", ":memory:", ":resource:x", "file:x?mode=ro"
            })
    void soIsThatOfABackup(String name) throws Exception {
        DatabaseSettings settings = at(folder.resolve("latchkey.db"));
        try (TestDatabase store = new TestDatabase(settings)) {
            store.addUser("alice");
        }
        Path backup = folder.resolve(name);
        Backup.make(settings, backup);
        assertThat(databases()).containsExactlyInAnyOrder(settings.file(), backup);

        Files.delete(settings.file());
        Restore.run(settings, backup, RevisionStore::renewRestored);
        try (TestDatabase store = new TestDatabase(settings)) {
            assertThat(users(store)).containsExactly("alice");
        }
    }

    /** Where the link leads, seen from the folder that it is in. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "real.db",
                "disk/real.db",
                "./disk/../real.db",
                "another/real.db",
                "second",
                "ABSOLUTE/disk/real.db"
            })
    void aLinkToNoFileMakesTheFile(String target) throws Exception {
        Files.createDirectories(folder.resolve("disk"));
        Files.createDirectories(folder.resolve("elsewhere/deep"));
        Files.createSymbolicLink(folder.resolve("another"), Path.of("elsewhere/deep"));
        Files.createSymbolicLink(folder.resolve("second"), Path.of("another/../real.db"));
        Path link = folder.resolve("latchkey.db");
        Files.createSymbolicLink(link, Path.of(target.replace("ABSOLUTE", folder.toString())));
        DatabaseSettings settings = at(link);

        Path backup = folder.resolve("backup");
        try (TestDatabase store = new TestDatabase(settings)) {
            store.addUser("alice");
            Backup.make(settings, backup);
        }
        Path file = link.toRealPath();
        assertThat(file).hasFileName("real.db");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        if (target.equals("second")) {
            assertThat(file).isEqualTo(folder.toRealPath().resolve("elsewhere/real.db"));
        }

        Files.delete(file);
        Restore.run(settings, backup, RevisionStore::renewRestored);
        assertThat(link).isSymbolicLink();
        assertThat(file).isRegularFile();
        try (TestDatabase store = new TestDatabase(settings)) {
            assertThat(users(store)).containsExactly("alice");
        }
    }

    @Test
    void aLinkThatLeadsIntoNoFolderIsNamed() throws Exception {
        Path link = folder.resolve("latchkey.db");
        Files.createSymbolicLink(link, folder.resolve("disk/real.db"));
        refuses(
                link,
                "the file " + link + " cannot be created: it is a link to " + folder.resolve("disk/real.db")
                        + ", whose folder does not exist");
        assertThat(folder.resolve("disk")).as("a disk may be missing").doesNotExist();
    }

    @Test
    void aLinkThatLeadsNowhereIsNamed() throws Exception {
        Path link = folder.resolve("latchkey.db");
        Files.createSymbolicLink(link, folder.resolve("other.db"));
        Files.createSymbolicLink(folder.resolve("other.db"), link);
        refuses(link, "the file " + link + " cannot be created: it has too many levels of symbolic links");
    }

    @Test
    void aFolderThatIsALinkToNoneIsNamed() throws Exception {
        Path link = folder.resolve("data");
        Files.createSymbolicLink(link, Path.of("disk"));
        refuses(
                link.resolve("latchkey.db"),
                "the file " + link.resolve("latchkey.db") + " cannot be created: the folder " + link
                        + " is a link to disk, which does not exist");
        refuses(
                link.resolve("deeper/latchkey.db"),
                "the file " + link.resolve("deeper/latchkey.db") + " cannot be created: the folder " + link
                        + " is a link to disk, which does not exist");

        DatabaseSettings settings = at(folder.resolve("latchkey.db"));
        new TestDatabase(settings).close();
        assertThatThrownBy(() -> Backup.make(settings, link.resolve("backup.db")))
                .isInstanceOf(DatabaseException.class)
                .hasMessage(
                        "backup failed: " + link + ": the folder " + link + " is a link to disk, which does not exist");
    }

    /** Where the folder in front of it is a link, {@code ..} is the folder of what that leads to. */
    @Test
    void whatStandsBeforeTwoDotsIsLookedAt() throws Exception {
        Files.createDirectories(folder.resolve("elsewhere/deep"));
        Files.createSymbolicLink(folder.resolve("link"), Path.of("elsewhere/deep"));
        DatabaseSettings settings = at(folder.resolve("link/../latchkey.db"));
        Path backup = folder.resolve("link/../backup.db");
        try (TestDatabase store = new TestDatabase(settings)) {
            store.addUser("alice");
            assertThat(Backup.make(settings, backup))
                    .isEqualTo(folder.toRealPath().resolve("elsewhere/backup.db"));
        }
        Files.delete(folder.resolve("elsewhere/latchkey.db"));
        Restore.run(settings, backup, RevisionStore::renewRestored);
        assertThat(databases())
                .containsExactlyInAnyOrder(
                        folder.resolve("elsewhere/latchkey.db"), folder.resolve("elsewhere/backup.db"));
    }

    private void refuses(Path file, String reason) {
        assertThatThrownBy(() -> new TestDatabase(at(file)))
                .isInstanceOf(DatabaseException.class)
                .hasMessage("database.url: " + reason);
        assertThatThrownBy(() -> Restore.run(at(file), folder.resolve("backup"), RevisionStore::renewRestored))
                .isInstanceOf(DatabaseException.class);
    }

    private static DatabaseSettings at(Path file) {
        return DatabaseSettings.defaults().elsewhere("jdbc:sqlite:" + file, null, null);
    }

    private static List<String> users(TestDatabase store) {
        return store.database().read(handle -> handle.createQuery("SELECT id FROM users ORDER BY id")
                .mapTo(String.class)
                .list());
    }

    /** Every file but those that SQLite and the lock put beside one. */
    private List<Path> databases() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().matches("(?s).*(-wal|-shm|-lock|\\.latchkey\\.lock)"))
                    .toList();
        }
    }
}
