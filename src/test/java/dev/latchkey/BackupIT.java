package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.latchkey.data.RevisionStore;
import dev.latchkey.server.database.Backup;
import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.server.database.Restore;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Await;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.JarProcess;
import dev.latchkey.testing.TestDatabase;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Backups and their restoration with the jar, beside a server that works. */
final class BackupIT {
    private static final int CLIENTS = 3;
    private static final int ENOUGH_KEYS = 100;

    @TempDir
    private Path folder;

    @BeforeEach
    void configure() throws IOException {
        JarProcess.copyConfiguration(folder);
    }

    @Test
    void aBackupUnderLoadHoldsWhatWasAcknowledgedBeforeAndStartsAServer() throws Exception {
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        List<Path> backups = new ArrayList<>();
        List<Set<String>> expected = new ArrayList<>();
        String token;
        try (JarProcess server = JarProcess.start(folder, Map.of(), "server")) {
            token = server.api().newToken();
            try (Clients clients = new Clients(server.api(), token, acknowledged)) {
                clients.awaitMore(ENOUGH_KEYS);
                expected.add(new HashSet<>(acknowledged));
                backups.add(backUp(clients, folder.resolve("data")));

                clients.awaitMore(ENOUGH_KEYS);
                expected.add(new HashSet<>(acknowledged));
                HttpResponse<String> answer = task(server, "/tasks/backup?to=/nowhere&file=/nowhere");
                assertThat(answer.statusCode()).as(answer::body).isEqualTo(200);
                backups.add(Path.of(answer.body().strip()));

                clients.awaitMore(ENOUGH_KEYS);
                expected.add(new HashSet<>(acknowledged));
                backups.add(backUp(clients, folder, "--to", "mine.db"));
            }
        }

        for (int i = 0; i < backups.size(); i++) {
            Path backup = backups.get(i);
            assertThat(backup).isAbsolute();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)))
                    .isEqualTo("rw-------");
            assertThat(query(backup, "PRAGMA integrity_check")).containsExactly("ok");
            assertThat(query(backup, "SELECT key FROM entries")).containsAll(expected.get(i));

            Map<String, String> onBackup = Map.of("LATCHKEY_DATABASE_URL", "jdbc:sqlite:" + backup);
            try (JarProcess server = JarProcess.start(folder, onBackup, "server")) {
                String key = expected.get(i).iterator().next();
                assertThat(server.api()
                                .read(token, key)
                                .body()
                                .at("/data/value")
                                .textValue())
                        .isEqualTo("value of " + key);
                assertThat(server.api().create(token, "another", "value").status())
                        .isEqualTo(201);
            }
        }
        Path configured = folder.resolve("data/backups").toRealPath();
        assertThat(backups.subList(0, 2)).allSatisfy(backup -> {
            assertThat(backup.getParent()).isEqualTo(configured);
            assertThat(backup.getFileName().toString()).matches("latchkey-\\d{8}T\\d{6}\\.\\d{3}Z\\.db");
        });
        assertThat(backups.get(2)).isEqualTo(folder.toRealPath().resolve("mine.db"));
    }

    /** Until the command makes its first file, in {@code where}, the clients leave the processor to it: it only starts. */
    private Path backUp(Clients clients, Path where, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("backup"));
        arguments.addAll(List.of(options));
        try (WatchService files = where.getFileSystem().newWatchService()) {
            where.register(files, StandardWatchEventKinds.ENTRY_CREATE);
            clients.rest();
            try (JarProcess command = JarProcess.start(folder, Map.of(), arguments.toArray(String[]::new))) {
                files.poll(1, TimeUnit.MINUTES);
                clients.goOn();
                assertThat(command.exitCode()).as(command.output()::toString).isZero();
                return Path.of(command.output().get(0));
            }
        }
    }

    @Test
    void onPostgresBothSayWhatToUse() throws Exception {
        DatabaseSettings postgres = Engine.POSTGRES.newDatabase();
        Map<String, String> variables =
                Map.of("LATCHKEY_DATABASE_URL", postgres.url(), "LATCHKEY_DATABASE_USER", postgres.user());
        try (JarProcess server = JarProcess.start(folder, variables, "server");
                JarProcess backup = JarProcess.start(folder, variables, "backup")) {
            HttpResponse<String> answer = task(server, "/tasks/backup");
            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.body().strip()).isEqualTo("this is for SQLite; on PostgreSQL use pg_dump");

            assertThat(backup.exitCode()).isEqualTo(1);
            assertThat(backup.output()).containsExactly("latchkey: this is for SQLite; on PostgreSQL use pg_dump");
        }
    }

    @Test
    void aRunningServerKeepsItsStoreAndAKilledOneLeavesItsLog() throws Exception {
        Path store = folder.resolve("data/latchkey.db");
        String backup;
        String token;
        try (JarProcess server = JarProcess.start(folder, Map.of(), "server")) {
            token = server.api().newToken();
            server.api().create(token, "before", "value");
            backup = backUp();
            server.api().create(token, "after", "value");

            try (JarProcess restore = JarProcess.start(folder, Map.of(), "restore", backup)) {
                assertThat(restore.exitCode()).isEqualTo(1);
                assertThat(restore.output())
                        .containsExactly("latchkey: " + store.toRealPath() + " is in use: stop the server first");
            }
            assertThat(server.api().create(token, "still there", "value").status())
                    .isEqualTo(201);
            server.kill();
        }
        assertThat(Path.of(store + "-wal")).isNotEmptyFile();

        assertThat(run("restore", backup).get(1)).isEqualTo("jdbc:sqlite:data/latchkey.db is restored from " + backup);

        assertThat(Path.of(store + "-wal")).doesNotExist();
        assertThat(Path.of(store + "-shm")).doesNotExist();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(store)))
                .isEqualTo("rw-------");
        assertThat(query(old(), "SELECT key FROM entries ORDER BY key"))
                .containsExactly("after", "before", "still there");
        try (JarProcess server = JarProcess.start(folder, Map.of(), "server")) {
            assertThat(server.api().read(token, "before").status()).isEqualTo(200);
            assertThat(server.api().read(token, "after").status()).isEqualTo(404);
        }
    }

    @Test
    void evenADamagedStoreIsLeftToTheServerThatHasItOpen() throws Exception {
        Path store = folder.resolve("data/latchkey.db");
        try (JarProcess server = JarProcess.start(folder, Map.of(), "server")) {
            String token = server.api().newToken();
            String backup = backUp();
            byte[] nothing = new byte[100];
            // Not by another SQLite, and the server has it in memory.
            Files.write(store, nothing, StandardOpenOption.WRITE);

            try (JarProcess restore = JarProcess.start(folder, Map.of(), "restore", backup)) {
                assertThat(restore.exitCode()).isEqualTo(1);
                assertThat(restore.output()).singleElement().asString().endsWith(" is in use: stop the server first");
            }
            server.kill();
            Restore.run(store(), Path.of(backup), RevisionStore::renewRestored);
            try (JarProcess restored = JarProcess.start(folder, Map.of(), "server")) {
                assertThat(restored.api().create(token, "key", "value").status())
                        .isEqualTo(201);
            }
        }
    }

    /** strace kills the process before it asks this of the system: while SQLite empties the log, while it copies and changes the copy, and then. */
    @ParameterizedTest
    @CsvSource({
        "fsync:signal=KILL:when=3, old",
        "unlink:signal=KILL:when=3, old",
        "unlink:signal=KILL:when=4, old",
        "fsync:signal=KILL:when=6, old",
        "fsync:signal=KILL:when=10, old",
        "fsync:signal=KILL:when=16, old",
        "link:signal=KILL:when=1, old",
        "fsync:signal=KILL:when=18, old",
        "rename:signal=KILL:when=2, old",
        "fsync:signal=KILL:when=19, new",
    })
    void aRestoreThatIsKilledLeavesTheOneOrTheOtherAndCanBeRunAgain(String when, String which) throws Exception {
        List<String> strace = List.of(
                "strace",
                "-f",
                "-qq",
                "-o",
                "/dev/null",
                "-e",
                "trace=link,rename,fsync,unlink",
                "-e",
                "inject=" + when);
        assumeTrue(isUsable(strace), "strace does not work here: a restore that is killed was NOT tested");
        Path store = Files.createDirectory(folder.resolve("data")).resolve("latchkey.db");
        Path backup = folder.resolve("backup.db");
        try (TestDatabase running = new TestDatabase(Engine.SQLITE.newDatabase())) {
            running.addUser("alice");
            Backup.make(running.settings(), backup);
            running.addUser("bob");
            // As a kill would leave it: Bob is in the log.
            copyStore(Path.of(running.settings().url().replaceFirst("jdbc:sqlite:", "")), store);
        }

        try (JarProcess restore = JarProcess.start(folder, Map.of(), strace, List.of(), "restore", backup.toString())) {
            assertThat(restore.exitCode()).as(restore.output()::toString).isEqualTo(128 + 9);
        }
        Path look = Files.createDirectory(folder.resolve("look")).resolve("latchkey.db");
        copyStore(store, look);
        assertThat(query(look, "SELECT id FROM users ORDER BY id"))
                .isEqualTo(which.equals("old") ? List.of("alice", "bob") : List.of("alice"));

        Restore.run(
                DatabaseSettings.defaults().elsewhere("jdbc:sqlite:" + store, null, null),
                backup,
                RevisionStore::renewRestored);
        assertThat(query(store, "SELECT id FROM users")).containsExactly("alice");
        try (Stream<Path> files = Files.list(store.getParent())) {
            assertThat(files).noneMatch(file -> file.toString().contains(".part"));
        }
    }

    /** As the command does that the first test here runs. */
    private String backUp() throws IOException {
        Path backup = folder.toRealPath().resolve("backup.db");
        return Backup.make(store(), backup).toString();
    }

    private DatabaseSettings store() {
        return DatabaseSettings.defaults().elsewhere("jdbc:sqlite:" + folder.resolve("data/latchkey.db"), null, null);
    }

    private static void copyStore(Path from, Path to) throws IOException {
        for (String suffix : List.of("", "-wal", "-journal")) {
            if (Files.exists(Path.of(from + suffix))) {
                Files.copy(Path.of(from + suffix), Path.of(to + suffix));
            }
        }
    }

    private boolean isUsable(List<String> strace) throws InterruptedException {
        List<String> command = new ArrayList<>(strace.subList(0, strace.size() - 2));
        command.add("true");
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("strace").toFile())
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** The latest store that was kept aside. */
    private Path old() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("data"))) {
            return files.filter(file -> file.toString().matches(".*before-restore-[^-]*"))
                    .max(Path::compareTo)
                    .orElseThrow();
        }
    }

    private List<String> run(String... arguments) throws Exception {
        try (JarProcess command = JarProcess.start(folder, Map.of(), arguments)) {
            assertThat(command.exitCode()).as(command.output()::toString).isZero();
            return command.output();
        }
    }

    private static HttpResponse<String> task(JarProcess server, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(server.admin().resolve(path))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static List<String> query(Path file, String sql) throws SQLException {
        DatabaseSettings settings = DatabaseSettings.defaults().elsewhere("jdbc:sqlite:" + file, null, null);
        try (Connection connection = Engine.connect(settings);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            while (result.next()) {
                rows.add(result.getString(1));
            }
            return rows;
        }
    }

    /** Write without a pause until they are closed, unless they are told to rest. */
    private static final class Clients implements AutoCloseable {
        private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        private final List<Future<?>> running = new ArrayList<>();
        private final AtomicBoolean isClosed = new AtomicBoolean();
        private final Set<String> acknowledged;
        private volatile CountDownLatch rest = new CountDownLatch(0);

        Clients(Api api, String token, Set<String> acknowledged) {
            this.acknowledged = acknowledged;
            for (int i = 0; i < CLIENTS; i++) {
                String prefix = i + "-";
                running.add(threads.submit(() -> {
                    for (int n = 0; !isClosed.get(); n++) {
                        rest.await();
                        String key = prefix + n;
                        assertThat(api.create(token, key, "value of " + key).outcome())
                                .isEqualTo("201");
                        acknowledged.add(key);
                    }
                    return null;
                }));
            }
        }

        void rest() {
            rest = new CountDownLatch(1);
        }

        void goOn() {
            rest.countDown();
        }

        void awaitMore(int keys) throws Exception {
            int enough = acknowledged.size() + keys;
            Await.until(() -> {
                for (Future<?> client : running) {
                    if (client.isDone()) {
                        client.get();
                    }
                }
                return acknowledged.size() >= enough;
            });
        }

        @Override
        public void close() throws Exception {
            isClosed.set(true);
            goOn();
            for (Future<?> client : running) {
                client.get();
            }
            threads.shutdown();
        }
    }
}
