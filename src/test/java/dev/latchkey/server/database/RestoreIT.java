package dev.latchkey.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.data.RevisionStore;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.TestDatabase;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RestoreIT {
    private final DatabaseSettings settings = Engine.SQLITE.newDatabase();
    private final Path store = settings.file();
    private final Path backup = store.resolveSibling("backup.db");

    /** A backup with Alice in it, of a store that Bob came to afterwards. */
    @BeforeEach
    void fill() throws Exception {
        addUser("alice");
        Backup.make(settings, backup);
        addUser("bob");
    }

    @Test
    void theStoreIsAsItWasAndTheOtherIsKept() throws Exception {
        byte[] bytes = Files.readAllBytes(backup);
        Path old = Restore.run(settings, backup, RevisionStore::renewRestored).orElseThrow();

        assertThat(users(store)).containsExactly("alice");
        assertThat(users(old)).containsExactly("alice", "bob");
        assertThat(Files.readAllBytes(backup)).isEqualTo(bytes);
        for (Path file : List.of(backup, store, old)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        assertThat(names())
                .containsExactly(
                        ".latchkey.lock",
                        "backup.db",
                        "latchkey.db",
                        "latchkey.db-lock",
                        old.getFileName().toString());

        assertThat(Restore.run(settings, old, RevisionStore::renewRestored)).isPresent();
        assertThat(users(store)).as("back again").containsExactly("alice", "bob");
    }

    @Test
    void thereNeedNotBeAStore() throws Exception {
        Files.delete(store);
        Files.writeString(Path.of(store + "-wal"), "left over");

        assertThat(Restore.run(settings, backup, RevisionStore::renewRestored)).isEmpty();
        assertThat(Path.of(store + "-wal")).doesNotExist();
        assertThat(users(store)).containsExactly("alice");
    }

    @Test
    void aLinkToTheStoreStaysOne() throws Exception {
        Path link = store.resolveSibling("link.db");
        Files.createSymbolicLink(link, store.getFileName());

        Restore.run(at(link), backup, RevisionStore::renewRestored);

        assertThat(link).isSymbolicLink();
        assertThat(users(store)).containsExactly("alice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no database at all", ""})
    void aStoreThatIsNoneIsNoObstacle(String content) throws Exception {
        Files.writeString(store, content);
        Files.writeString(Path.of(store + "-wal"), "its log");

        Path old = Restore.run(settings, backup, RevisionStore::renewRestored).orElseThrow();

        assertThat(users(store)).containsExactly("alice");
        assertThat(old).hasContent(content);
    }

    @Test
    void aDamagedStoreIsKeptWithItsLog() throws Exception {
        damage(store);
        Files.writeString(Path.of(store + "-wal"), "its log");
        overwrite(store, 0, 16);

        Path old = Restore.run(settings, backup, RevisionStore::renewRestored).orElseThrow();

        assertThat(Path.of(old + "-wal")).hasContent("its log");
        assertThat(Path.of(store + "-wal")).doesNotExist();
        assertThat(users(store)).containsExactly("alice");
    }

    @Test
    void whatIsNoBackupIsRefused() throws Exception {
        Path file = store.resolveSibling("other.db");
        expectRefusal(file, "there is no file " + file);
        expectRefusal(store, store + " is the store itself");

        Files.writeString(file, "no database at all");
        expectRefusal(file, "not restored: " + file + ": [SQLITE_NOTADB] ");

        Files.copy(backup, file, StandardCopyOption.REPLACE_EXISTING);
        damage(file);
        expectRefusal(file, "");

        Files.delete(file);
        execute(file, "CREATE TABLE users (id TEXT)");
        expectRefusal(file, file + " is not a Latchkey store");
    }

    @Test
    void theBackupOfAnotherVersionIsRefused() throws Exception {
        execute(
                backup,
                "INSERT INTO flyway_schema_history SELECT 99, '99', 'later', type, 'V99__later.sql', 1, installed_by,"
                        + " installed_on, execution_time, success FROM flyway_schema_history LIMIT 1");
        expectRefusal(backup, backup + " was made by a newer Latchkey: it is at version 99");

        execute(backup, "DELETE FROM flyway_schema_history WHERE version = '99'");
        execute(backup, "UPDATE flyway_schema_history SET checksum = 1");
        expectRefusal(backup, backup + " was made by another Latchkey");
    }

    @Test
    void rowsThatBelongToNobodyAreDamage() throws Exception {
        execute(
                backup,
                "INSERT INTO entries (user_id, key, value, created_at, updated_at) VALUES ('nobody', '', '', 0, 0)");
        expectRefusal(backup, backup + " is damaged: a row of entries violates a foreign key");
    }

    @Test
    void postgresHasToolsOfItsOwn() {
        DatabaseSettings postgres = settings.elsewhere("jdbc:postgresql://localhost/latchkey", null, null);
        assertThatThrownBy(() -> Restore.run(postgres, backup, RevisionStore::renewRestored))
                .hasMessage("this is for SQLite; on PostgreSQL use pg_restore");
        assertThatThrownBy(() -> Backup.make(postgres)).hasMessage("this is for SQLite; on PostgreSQL use pg_dump");
    }

    @Test
    void whatAnInterruptedBackupLeftIsCleanedUp() throws Exception {
        Path leftOver = store.resolveSibling("latchkey-20260101T000000.000Z.db.part");
        Path journal = store.resolveSibling(leftOver.getFileName() + "-journal");
        Path another = store.resolveSibling("another.db.part");
        Files.writeString(leftOver, "half");
        Files.writeString(journal, "half");
        Files.writeString(another, "half");

        Backup.make(settings, store.resolveSibling("another.db"));

        assertThat(leftOver).doesNotExist();
        assertThat(journal).doesNotExist();
        assertThat(another).as("not ours").hasContent("half");
        assertThat(users(store.resolveSibling("another.db"))).containsExactly("alice", "bob");
    }

    @Test
    void aBackupNeverReplacesAFileAndIsAlone() throws Exception {
        assertThatThrownBy(() -> Backup.make(settings, backup))
                .isInstanceOf(DatabaseException.class)
                .hasMessage(backup.toAbsolutePath() + " already exists");
        assertThat(users(backup)).containsExactly("alice");

        try (FolderLock other = FolderLock.take(store.toAbsolutePath().getParent())) {
            assertThatThrownBy(() -> Backup.make(settings, store.resolveSibling("another.db")))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageStartingWith("another backup or restore is running in ");
        }
    }

    @Test
    void aDamagedStoreGivesNoBackup() throws Exception {
        damage(store);
        Path file = store.resolveSibling("another.db");
        assertThatThrownBy(() -> Backup.make(settings, file)).isInstanceOf(DatabaseException.class);
        assertThat(names()).doesNotContain("another.db", "another.db.part");
    }

    private void expectRefusal(Path file, String message) throws SQLException, IOException {
        assertThatThrownBy(() -> Restore.run(settings, file, RevisionStore::renewRestored))
                .isInstanceOf(DatabaseException.class)
                .hasMessageStartingWith(message)
                .hasMessageMatching(".+");
        assertThat(users(store)).containsExactly("alice", "bob");
        assertThat(names()).noneMatch(name -> name.endsWith(".part") || name.contains("before-restore"));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(store.toAbsolutePath().getParent())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private void addUser(String id) throws Exception {
        try (TestDatabase database = new TestDatabase(settings)) {
            database.addUser(id);
        }
    }

    private static List<String> users(Path file) throws SQLException {
        try (Connection connection = Engine.connect(at(file));
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT id FROM users ORDER BY id")) {
            Stream.Builder<String> users = Stream.builder();
            while (result.next()) {
                users.add(result.getString(1));
            }
            return users.build().toList();
        }
    }

    private static void execute(Path file, String sql) throws SQLException {
        try (Connection connection = Engine.connect(at(file));
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static DatabaseSettings at(Path file) {
        return DatabaseSettings.defaults().elsewhere("jdbc:sqlite:" + file, null, null);
    }

    /** Everything but the first page, with the schema in it. */
    private static void damage(Path file) throws IOException {
        overwrite(file, 4096, (int) Files.size(file) - 4096);
    }

    private static void overwrite(Path file, int from, int length) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(from);
            bytes.write(new byte[length]);
        }
    }
}
