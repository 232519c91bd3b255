package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.JarProcess;
import dev.latchkey.testing.Preloaded;
import dev.latchkey.testing.Program;
import dev.latchkey.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where SQLite's library cannot be unpacked or run, one line says which folder it is and how to name another. */
@Timeout(300)
final class TemporaryFolderIT {
    @TempDir
    private Path folder;

    @BeforeEach
    void configure() throws Exception {
        JarProcess.copyConfiguration(folder);
        Files.createFile(folder.resolve("backup.db"));
    }

    /** What happens to the folder before the command. */
    @ParameterizedTest
    @CsvSource({
        "rmdir tmp, server, which is not a folder",
        "rmdir tmp; touch tmp, server, which is not a folder",
        "rmdir tmp; ln -s nowhere tmp, server, which is not a folder",
        "rmdir tmp, restore backup.db, which is not a folder",
        "rmdir tmp, copy-store --to jdbc:sqlite:other.db, which is not a folder"
    })
    void isNotThere(String before, String command, String trouble) throws Exception {
        makeStore(command);
        expect(
                trouble,
                List.of("sh", "-c", before + "; exec \"$@\"", "sh"),
                List.of(),
                "java.io.tmpdir",
                "tmp",
                command);
    }

    @Test
    void isAnotherOfSqlitesOwn() throws Exception {
        expect(
                "which is not a folder",
                List.of(),
                List.of("-Dorg.sqlite.tmpdir=" + folder.resolve("absent")),
                "org.sqlite.tmpdir",
                "absent",
                "server");
    }

    @Test
    void letsNothingRun() throws Exception {
        List<String> wrapper = List.of(
                "unshare", "-U", "-r", "-m", "sh", "-c", "mount -t tmpfs -o noexec none tmp && exec \"$@\"", "sh");
        if (!Preloaded.runs("unshare", "-U", "-r", "-m", "sh", "-c", "mount -t tmpfs -o noexec none /mnt")) {
            Program.missing("mount", "No file system can be mounted here: a folder without execution was NOT tested.");
        }
        expect("which is full or mounted noexec", wrapper, List.of(), "java.io.tmpdir", "tmp", "server");
    }

    @Test
    void isNotNeededOnPostgres() throws Exception {
        DatabaseSettings postgres = Engine.POSTGRES.newDatabase();
        Map<String, String> variables =
                Map.of("LATCHKEY_DATABASE_URL", postgres.url(), "LATCHKEY_DATABASE_USER", postgres.user());
        List<String> wrapper = List.of("sh", "-c", "rmdir tmp; exec \"$@\"", "sh");
        try (JarProcess server = JarProcess.start(folder, variables, wrapper, "server")) {
            assertThat(server.api().newToken()).isNotEmpty();
        }
    }

    private void makeStore(String command) throws Exception {
        if (command.startsWith("copy-store")) {
            Path file = folder.resolve("data/latchkey.db").toAbsolutePath();
            new TestDatabase(DatabaseSettings.defaults().elsewhere("jdbc:sqlite:" + file, null, null)).close();
        }
    }

    private void expect(
            String trouble, List<String> wrapper, List<String> options, String setting, String name, String command)
            throws Exception {
        try (JarProcess process = JarProcess.start(folder, Map.of(), wrapper, options, command.split(" "))) {
            assertThat(process.exitCode()).as(process.output()::toString).isEqualTo(1);
            // Newer Javas say something of their own as well.
            assertThat(process.output())
                    .filteredOn(line -> !line.startsWith("WARNING: java.io.tmpdir"))
                    .singleElement()
                    .asString()
                    .startsWith("latchkey: ")
                    .endsWith("SQLite's library cannot be loaded from the temporary folder "
                            + folder.resolve(name).toAbsolutePath() + " (" + setting + "), " + trouble
                            + ": name another, as in java -Dorg.sqlite.tmpdir=FOLDER -jar latchkey.jar");
        }
    }
}
