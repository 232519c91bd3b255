package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.testing.JarProcess;
import dev.latchkey.testing.TestDatabase;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nothing of SQLite's library stays in the temporary folder, however a process ends. */
@Timeout(300)
final class LeftoversIT {
    private static final String LIBRARY = "sqlite-0-00000000-libsqlitejdbc.so";

    @TempDir
    private Path folder;

    private Path temporary;

    @BeforeEach
    void configure() throws Exception {
        JarProcess.copyConfiguration(folder);
        temporary = Files.createDirectory(folder.resolve("tmp"));
    }

    @Test
    void serversLeaveNothingAndNeedNothingOnceTheyRun() throws Exception {
        for (int run = 0; run < 2; run++) {
            try (JarProcess server = JarProcess.start(folder, Map.of(), "server")) {
                assertThat(server.api().newToken()).isNotEmpty();
                assertThat(temporary).as("while it runs").isEmptyDirectory();
                if (run % 2 == 0) {
                    server.kill();
                } else {
                    server.terminate();
                    assertThat(server.exitCode()).isZero();
                }
            }
            assertThat(temporary).as("run " + run).isEmptyDirectory();
        }
    }

    @Test
    void commandsLeaveNothing() throws Exception {
        run(0, "server");
        run(1, "user", "show", "nobody");
        run(0, "backup", "--to", "backup.db");
        run(0, "restore", "backup.db");
        run(0, "copy-store", "--to", "jdbc:sqlite:copy.db");
        Files.writeString(folder.resolve("data/latchkey.db"), "This is no database.");
        run(1, "server");
    }

    @Test
    void whatADeadProcessLeftIsDeleted() throws Exception {
        Path whole = leftover("latchkey-sqlite-1", LIBRARY, LIBRARY + ".lck", "lock");
        Path begun = leftover("latchkey-sqlite-2", LIBRARY + ".lck", "lock");
        Path nothing = leftover("latchkey-sqlite-3", "lock");

        unpack();
        assertThat(List.of(whole, begun, nothing))
                .allSatisfy(left -> assertThat(left).doesNotExist());
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void whatIsNotOfADeadProcessStays() throws Exception {
        Path starting = leftover("latchkey-sqlite-1", LIBRARY, "lock");
        Path notLocked = leftover("latchkey-sqlite-2", LIBRARY);
        Path otherName = leftover("latchkey-3", LIBRARY, "lock");
        Path ofTheDriver = Files.createFile(temporary.resolve(LIBRARY));
        Path file = Files.createFile(temporary.resolve("latchkey-sqlite-4"));
        Path linked = leftover("elsewhere", LIBRARY, "lock");
        Path link = Files.createSymbolicLink(temporary.resolve("latchkey-sqlite-5"), linked);
        List<Path> all = List.of(starting, notLocked, otherName, ofTheDriver, file, linked, link);

        try (FileChannel lock = FileChannel.open(starting.resolve("lock"), StandardOpenOption.WRITE)) {
            lock.lock();
            unpack();
            assertThat(all).allSatisfy(path -> assertThat(path).exists());
            assertThat(starting.resolve(LIBRARY)).exists();
            assertThat(linked.resolve(LIBRARY)).exists();
        }
    }

    @Test
    void whatBelongsToSomebodyElseStaysAndIsNotRun() throws Exception {
        assumeTrue(Files.getOwner(temporary).getName().equals("root"), "Only root can give a folder away: NOT tested");
        Path foreign = leftover("latchkey-sqlite-1", LIBRARY, "lock");
        Files.setOwner(
                foreign, foreign.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));

        unpack();
        assertThat(foreign.resolve(LIBRARY)).exists();
    }

    @Test
    void severalCanStartAtOnce() throws Exception {
        List<JarProcess> servers = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                Path own = Files.createDirectory(folder.resolve("server" + i));
                JarProcess.copyConfiguration(own);
                List<String> options = List.of("-Dorg.sqlite.tmpdir=" + temporary.toAbsolutePath());
                servers.add(JarProcess.start(own, Map.of(), List.of(), options, "server"));
            }
            for (JarProcess server : servers) {
                assertThat(server.api().newToken()).isNotEmpty();
            }
            assertThat(temporary).isEmptyDirectory();
        } finally {
            for (JarProcess server : servers) {
                server.close();
            }
        }
    }

    /** By the quickest of those that need the library; a server gets it in the same way. */
    private void unpack() throws Exception {
        Path store = folder.resolve("data/latchkey.db").toAbsolutePath();
        new TestDatabase(DatabaseSettings.defaults().elsewhere("jdbc:sqlite:" + store, null, null)).close();
        run(0, "backup", "--to", "backup.db");
    }

    /** A server is told to stop once it is up. */
    private void run(int exitCode, String... arguments) throws IOException, InterruptedException {
        try (JarProcess process = JarProcess.start(folder, Map.of(), arguments)) {
            if (exitCode == 0 && arguments[0].equals("server")) {
                process.port();
                process.terminate();
            }
            assertThat(process.exitCode()).as(process.output()::toString).isEqualTo(exitCode);
        }
        try (Stream<Path> files = Files.walk(temporary)) {
            assertThat(files.filter(file -> file.getFileName().toString().matches("sqlite-.*-.*-.*-.*-.*")))
                    .as(String.join(" ", arguments))
                    .isEmpty();
        }
    }

    private Path leftover(String name, String... files) throws IOException {
        Path left = Files.createDirectory(temporary.resolve(name));
        for (String file : files) {
            Files.createFile(left.resolve(file));
        }
        return left;
    }
}
