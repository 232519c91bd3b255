package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Api;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.Contents;
import dev.latchkey.testing.DiskLibrary;
import dev.latchkey.testing.DiskLibrary.Switch;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.JarProcess;
import dev.latchkey.testing.Load;
import dev.latchkey.testing.Model;
import dev.latchkey.testing.ModelClient;
import dev.latchkey.testing.ProofSize;
import dev.latchkey.testing.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteErrorCode;

/**
 * A disk that is full, read-only, broken or locked while clients work: writes are answered 503, reads as ever; once it is over,
 * writes work again without a restart, and nothing that was acknowledged at any time is lost.
 */
final class DiskFaultIT {
    private static final String FILE = "latchkey.db";
    private static final int WRITES = ProofSize.of(60, 300);

    private final List<ModelClient> clients = ModelClient.several(4, "disk", 42);
    private final ModelClient reader = new ModelClient("reader", 42);

    @TempDir
    private Path folder;

    private Path data;

    @BeforeEach
    void prepare() throws IOException {
        Path configuration = JarProcess.copyConfiguration(folder);
        Files.writeString(
                configuration, Files.readString(configuration).replace("database:\n", "database:\n  maxWait: 500ms\n"));
        data = Files.createDirectory(folder.resolve("data"));
    }

    @Test
    void full() throws Exception {
        Optional<SmallDisk> mounted = SmallDisk.mount(data.toRealPath(), "32m");
        if (mounted.isEmpty()) {
            System.out.println(
                    "There are no mount namespaces here: the disk is not full, writes only fail as if it were.");
            breakBySwitch("DISK_FULL_WHILE");
            return;
        }
        try (SmallDisk disk = mounted.get()) {
            List<String> wrapper = disk.wrapper(folder.toRealPath());
            try (JarProcess server = JarProcess.start(folder, Map.of(), wrapper, "server", "config.yml")) {
                // Some small write may still find room, and be acknowledged.
                breakAndMend(server, disk::fill, false);
            }
            // SQLite would follow the way in from outside to another file.
            for (String name : List.of(FILE, FILE + "-wal")) {
                Files.copy(disk.path(name), data.resolve(name));
            }
            Model.settle(models(), Contents.ofSqlite(data.resolve(FILE)));
            try (JarProcess server = JarProcess.start(folder, Map.of(), wrapper, "server", "config.yml")) {
                workOn(server);
            }
        }
    }

    @Test
    void readOnly() throws Exception {
        breakBySwitch("DISK_READ_ONLY_WHILE");
    }

    @Test
    void failingToSync() throws Exception {
        breakBySwitch("DISK_SYNC_FAILS_WHILE");
    }

    @Test
    void lockedByAnotherProcess() throws Exception {
        try (JarProcess server = JarProcess.start(folder, Map.of(), "server", "config.yml")) {
            breakAndMend(server, this::takeLock, true);
        }
        restart();
    }

    private Connection takeLock() throws SQLException {
        Connection other = Engine.connect(Contents.sqlite(data.resolve(FILE)));
        try (Statement statement = other.createStatement()) {
            // The gaps between the writes of a server at work are short; SQLite's own way to wait for one sleeps too
            // long.
            statement.execute("PRAGMA busy_timeout = 0");
            Await.until(() -> isDone(statement, "BEGIN IMMEDIATE"));
        }
        return other;
    }

    private static boolean isDone(Statement statement, String sql) throws SQLException {
        try {
            statement.execute(sql);
            return true;
        } catch (SQLException e) {
            assertThat(e.getErrorCode()).isEqualTo(SQLiteErrorCode.SQLITE_BUSY.code);
            return false;
        }
    }

    private void breakBySwitch(String variable) throws Exception {
        Path file = folder.resolve("switch");
        DiskLibrary disk = new DiskLibrary(folder, data).with(variable, file);
        try (JarProcess server = JarProcess.start(folder, disk.variables(), "server", "config.yml")) {
            breakAndMend(server, () -> new Switch(file), true);
        }
        restart();
    }

    /** {@code fault} breaks something and returns what mends it. Afterwards, the server is killed. */
    private void breakAndMend(JarProcess server, Callable<AutoCloseable> fault, boolean stopsEveryWrite)
            throws Exception {
        Api api = server.api();
        while (reader.acknowledged() < 30) {
            reader.step(api);
        }
        try (Load load = Load.on(api, clients)) {
            load.awaitAcknowledged(clients, WRITES);
            try (AutoCloseable mended = fault.call()) {
                assertThat(mended).isNotNull();
                load.awaitRefusalOfEach(clients);
                // What was sent before the fault is answered by now.
                int acknowledged = Load.acknowledged(clients);
                reader.readSome(api, 50);
                load.awaitRefusalOfEach(clients);
                if (stopsEveryWrite) {
                    assertThat(Load.acknowledged(clients)).isEqualTo(acknowledged);
                }
            }
            load.awaitAcknowledged(clients, WRITES);
            load.stop();
        }
        server.kill();
    }

    private void restart() throws Exception {
        Model.settle(models(), Contents.ofSqlite(data.resolve(FILE)));
        try (JarProcess server = JarProcess.start(folder, Map.of(), "server", "config.yml")) {
            workOn(server);
        }
    }

    private void workOn(JarProcess server) throws InterruptedException {
        reader.readSome(server.api(), 50);
        clients.forEach(client -> client.readSome(server.api(), 20));
        try (Load load = Load.on(server.api(), clients)) {
            load.awaitAcknowledged(clients, 50);
            load.stop();
        }
        assertThat(server.output()).noneMatch(line -> line.contains("ERROR"));
    }

    private List<Model> models() {
        List<ModelClient> all = new ArrayList<>(clients);
        all.add(reader);
        return ModelClient.models(all);
    }
}
