package dev.latchkey.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.testing.SettableClock;
import dev.latchkey.testing.TestDatabase;
import io.dropwizard.util.Duration;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups that a server makes by itself. */
final class BackupScheduleIT {
    private static final Instant START = Instant.parse("2026-11-22T03:00:00.000Z");
    private static final java.time.Duration DAY = java.time.Duration.ofDays(1);
    private static final java.time.Duration MINUTE = java.time.Duration.ofMinutes(1);

    private final SettableClock clock = new SettableClock(START);

    @TempDir
    private Path folder;

    private Path backups;
    private TestDatabase database;

    @BeforeEach
    void open() {
        backups = folder.resolve("backups");
        database = open("latchkey.db");
        database.addUser("alice");
    }

    @AfterEach
    void close() throws Exception {
        database.close();
    }

    @Test
    void makesOneAtOnceAndThenOneADay() throws Exception {
        BackupSchedule schedule = schedule(7);
        schedule.run();
        schedule.run();
        assertThat(times()).containsExactly("20261122T030000.000Z");

        clock.advance(DAY.minusMillis(1));
        schedule.run();
        assertThat(times()).hasSize(1);
        clock.advance(java.time.Duration.ofMillis(1));
        database.addUser("bob");
        schedule.run();
        assertThat(times()).containsExactly("20261122T030000.000Z", "20261123T030000.000Z");

        Path newest = all().get(1);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(newest)))
                .isEqualTo("rw-------");
        assertThat(rows(newest, "users")).isEqualTo(2);
        assertThat(rows(all().get(0), "users")).isEqualTo(1);
    }

    @Test
    void afterARestartItKnowsTheLastOneFromItsFile() throws Exception {
        schedule(7).run();
        clock.advance(DAY.minus(MINUTE));
        schedule(7).run();
        assertThat(times()).hasSize(1);

        clock.advance(MINUTE);
        BackupSchedule one = schedule(7);
        BackupSchedule other = schedule(7);
        one.run();
        other.run();
        assertThat(times()).as("of two servers on one store").hasSize(2);
    }

    @Test
    void deletesTheOldestOfItsOwnAndNothingElse() throws Exception {
        Files.createDirectories(backups);
        String prefix = BackupSeries.of(settings("latchkey.db")).nameAt(START).replaceFirst("2026.*", "");
        List<String> others = List.of(
                "latchkey-20200101T000000.000Z.db",
                "latchkey-scheduled-01234567-20200101T000000.000Z.db",
                prefix + "20200101T000000.000Z.db.gz",
                prefix + "before-the-move.db",
                "notes.txt");
        for (String other : others) {
            Files.writeString(backups.resolve(other), "not ours");
        }
        try (TestDatabase second = open("second.db")) {
            assertThat(second).isNotNull();
            BackupSchedule ofSecond = new BackupSchedule(settings("second.db"), every(2), clock);
            BackupSchedule schedule = schedule(2);
            for (int day = 0; day < 4; day++) {
                schedule.run();
                ofSecond.run();
                clock.advance(DAY);
            }
        }
        assertThat(times()).containsExactly("20261124T030000.000Z", "20261125T030000.000Z");
        assertThat(names()).containsAll(others).hasSize(others.size() + 4 + 1);
    }

    @Test
    void aFailureDeletesNothingAndIsTriedAgainSoon() throws Exception {
        BackupSchedule schedule = schedule(1);
        schedule.run();
        clock.advance(DAY);
        byte[] page = damage();
        List<String> before = names();
        for (int minute = 0; minute < 3; minute++) {
            schedule.run();
            clock.advance(MINUTE);
        }
        assertThat(names()).isEqualTo(before);

        mend(page);
        // It failed at 0 and at 1, and so waits for two minutes.
        schedule.run();
        assertThat(times()).containsExactly("20261123T030300.000Z");
    }

    @Test
    void waitsForWhoeverMakesAnother() throws Exception {
        BackupSchedule schedule = schedule(7);
        try (FolderLock other = FolderLock.take(backups)) {
            assertThat(other).isNotNull();
            schedule.run();
            assertThat(times()).isEmpty();
        }
        schedule.run();
        assertThat(times()).hasSize(1);
    }

    @Test
    void aClockThatWasWrongDoesNotStopIt() throws Exception {
        clock.advance(DAY.multipliedBy(1000));
        schedule(1).run();
        clock.set(START);

        BackupSchedule schedule = schedule(1);
        schedule.run();
        schedule.run();
        assertThat(times()).containsExactly("20261122T030000.000Z", "20290818T030000.000Z");
        clock.advance(DAY);
        schedule.run();
        assertThat(times()).contains("20261123T030000.000Z");
    }

    @Test
    void whatAKilledServerLeftIsNoBackup() throws Exception {
        Files.createDirectories(backups);
        String name = BackupSeries.of(settings("latchkey.db")).nameAt(START.minusSeconds(1));
        Files.writeString(backups.resolve("latchkey-20261122T025959.000Z.db.part"), "half");
        Files.writeString(backups.resolve(name + ".part"), "half");

        schedule(7).run();

        assertThat(times()).containsExactly("20261122T030000.000Z");
        assertThat(names()).noneMatch(file -> file.endsWith(".part"));
    }

    @Test
    void aGoodBackupIsSummed() throws Exception {
        schedule(7).run();
        Path backup = all().get(0);
        byte[] bytes = Files.readAllBytes(backup);
        List<String> before = names();

        BackupCheck.Content content = BackupCheck.run(backup);

        assertThat(content.version()).isEqualTo("7");
        assertThat(content.tables())
                .contains(new StoreCopy.CopiedTable(
                        "entries", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        assertThat(rows(backup, "users")).isEqualTo(1);
        assertThat(Files.readAllBytes(backup)).isEqualTo(bytes);
        assertThat(names()).isEqualTo(before);
    }

    @Test
    void aBadOneIsRefused() throws Exception {
        schedule(7).run();
        Path backup = all().get(0);
        assertThatThrownBy(() -> BackupCheck.run(backups.resolve("absent")))
                .hasMessage("there is no file " + backups.resolve("absent"));

        Path cut = Files.write(folder.resolve("cut.db"), List.of("no database"));
        assertThatThrownBy(() -> BackupCheck.run(cut)).isInstanceOf(DatabaseException.class);
        try (RandomAccessFile file = new RandomAccessFile(backup.toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }
        assertThatThrownBy(() -> BackupCheck.run(backup)).isInstanceOf(DatabaseException.class);
    }

    /** The root page of a table; the connections that are open have it in memory, new ones do not. */
    private byte[] damage() throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve("latchkey.db").toFile(), "rw")) {
            byte[] page = new byte[4096];
            file.seek(4096);
            file.readFully(page);
            file.seek(4096);
            file.write(new byte[4096]);
            return page;
        }
    }

    private void mend(byte[] page) throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve("latchkey.db").toFile(), "rw")) {
            file.seek(4096);
            file.write(page);
        }
    }

    private static long rows(Path backup, String table) {
        return BackupCheck.run(backup).tables().stream()
                .filter(each -> each.name().equals(table))
                .findFirst()
                .orElseThrow()
                .rows();
    }

    private BackupSchedule schedule(int keep) {
        return new BackupSchedule(settings("latchkey.db"), every(keep), clock);
    }

    private static BackupSettings every(int keep) {
        return new BackupSettings(Duration.days(1), keep);
    }

    private TestDatabase open(String name) {
        return new TestDatabase(settings(name));
    }

    private DatabaseSettings settings(String name) {
        return new DatabaseSettings("jdbc:sqlite:" + folder.resolve(name), null, null, 1, 0, null, backups.toString());
    }

    /** The oldest first. */
    private List<Path> all() throws IOException {
        return BackupSeries.of(settings("latchkey.db")).all().stream()
                .map(BackupSeries.Made::file)
                .sorted()
                .toList();
    }

    private List<String> times() throws IOException {
        return all().stream()
                .map(file -> file.getFileName().toString().replaceFirst("latchkey-scheduled-\\w{8}-(.*)\\.db", "$1"))
                .toList();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(backups)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
