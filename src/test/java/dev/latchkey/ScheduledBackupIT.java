package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.JarProcess;
import dev.latchkey.testing.SmallDisk;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Backups that a server makes by itself, as an operator sees them. */
@Timeout(120)
final class ScheduledBackupIT {
    private static final Pattern SCHEDULED =
            Pattern.compile("latchkey-scheduled-[0-9a-f]{8}-\\d{8}T\\d{6}\\.\\d{3}Z\\.db");

    @TempDir
    private Path folder;

    @Test
    void isMadeSoonAfterTheStartAndMeasured() throws Exception {
        Instant before = Instant.now();
        try (ServerHere server = ServerHere.start(variables("LATCHKEY_BACKUP_EVERY", "24h"))) {
            List<String> metrics = await(
                    () -> backupMetrics(server),
                    lines -> !lines.contains("latchkey_backup_last_success_timestamp_seconds 0.0"));

            Path backup = onlyFile(folder.resolve("backups"));
            assertThat(backup.getFileName().toString()).matches(SCHEDULED);
            assertThat(metrics)
                    .hasSize(4)
                    .contains(
                            "latchkey_backup_failures_total 0.0",
                            "latchkey_backup_interval_seconds 86400.0",
                            "latchkey_backup_last_size_bytes " + (double) Files.size(backup));
            assertThat(value(metrics, "latchkey_backup_last_success_timestamp_seconds"))
                    .isBetween(
                            before.toEpochMilli() / 1000.0 - 0.001,
                            Instant.now().toEpochMilli() / 1000.0);

            CommandRun verified = CommandRun.of(Map.of(), "verify-backup", backup.toString());
            assertThat(verified.exitCode()).as(verified.output()::toString).isZero();
            assertThat(verified.output())
                    .anyMatch(line -> line.matches("signing_keys +1 rows  sha256 [0-9a-f]{64}"))
                    .contains(backup + " is good: a store of version 7");
        }
    }

    @Test
    void isNotMadeUnlessItIsAskedFor() throws Exception {
        try (ServerHere server = ServerHere.start(variables("LATCHKEY_BACKUP_KEEP", "3"))) {
            assertThat(backupMetrics(server))
                    .containsExactlyInAnyOrder(
                            "latchkey_backup_failures_total 0.0",
                            "latchkey_backup_interval_seconds NaN",
                            "latchkey_backup_last_size_bytes NaN",
                            "latchkey_backup_last_success_timestamp_seconds NaN");
            assertThat(folder.resolve("backups")).doesNotExist();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "server"})
    void onPostgresALineSaysWhatToUse(String command) throws Exception {
        DatabaseSettings database = Engine.POSTGRES.newDatabase();
        CommandRun refused = CommandRun.of(
                Map.of(
                        "LATCHKEY_PORT",
                        "0",
                        "LATCHKEY_ADMIN_PORT",
                        "0",
                        "LATCHKEY_BACKUP_EVERY",
                        "24h",
                        "LATCHKEY_DATABASE_URL",
                        database.url(),
                        "LATCHKEY_DATABASE_USER",
                        database.user()),
                command);
        assertThat(refused.exitCode()).isEqualTo(1);
        // What the servers of other tests log is not printed by the command.
        assertThat(refused.output())
                .filteredOn(line -> line.startsWith("latchkey: "))
                .singleElement()
                .asString()
                .contains(
                        "backup.every (LATCHKEY_BACKUP_EVERY) is for a SQLite store: on PostgreSQL leave it empty, and use pg_dump");
    }

    @Test
    void aFileThatIsNoBackupIsRefusedInALine() throws Exception {
        Path file = Files.writeString(
                folder.resolve("notes.txt"), "no database at all, and longer than the signature of one");
        CommandRun refused = CommandRun.of(Map.of(), "verify-backup", file.toString());
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.output()).singleElement().asString().startsWith("latchkey: " + file + " ");
    }

    /** The disk of the backups alone: the store has another one. */
    @Test
    void aFullDiskTakesABackupAndNothingElse() throws Exception {
        JarProcess.copyConfiguration(folder);
        Path backups = Files.createDirectory(folder.resolve("backups")).toRealPath();
        Optional<SmallDisk> mounted = SmallDisk.mount(backups, "64k");
        assumeTrue(mounted.isPresent(), "There are no mount namespaces here: a full disk was NOT tested");
        Map<String, String> variables =
                Map.of("LATCHKEY_BACKUP_FOLDER", backups.toString(), "LATCHKEY_BACKUP_EVERY", "24h");
        try (SmallDisk disk = mounted.get();
                JarProcess server = JarProcess.start(
                        folder, variables, disk.wrapper(folder.toRealPath()), "server", "config.yml")) {
            String token = server.api().newToken();
            List<String> failures = await(
                    () -> server.output().stream()
                            .filter(line -> line.contains(" ERROR "))
                            .toList(),
                    lines -> !lines.isEmpty());

            assertThat(failures)
                    .singleElement()
                    .asString()
                    .contains("The scheduled backup failed: ", "The next attempt is at ", "the last backup is none");
            assertThat(server.api().create(token, "key", "value").status()).isEqualTo(201);
            try (Stream<Path> files = Files.list(disk.path(""))) {
                assertThat(files.map(file -> file.getFileName().toString())).containsExactly(".latchkey.lock");
            }
        }
    }

    private Map<String, String> variables(String name, String value) {
        return Map.of(
                "LATCHKEY_DATABASE_URL",
                "jdbc:sqlite:" + folder.resolve("latchkey.db"),
                "LATCHKEY_BACKUP_FOLDER",
                folder.resolve("backups").toString(),
                name,
                value);
    }

    private static List<String> backupMetrics(ServerHere server) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(server.admin().resolve("/metrics"))
                .header("Accept", "text/plain")
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofLines())
                .body()
                .filter(line -> line.startsWith("latchkey_backup_"))
                .toList();
    }

    private static double value(List<String> metrics, String name) {
        return metrics.stream()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.split(" ")[1]))
                .findFirst()
                .orElseThrow();
    }

    private static Path onlyFile(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> file.toString().endsWith(".db")).forEach(found::add);
        }
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private interface Question {
        List<String> ask() throws Exception;
    }

    /** The time limit of the class is the deadline. */
    private static List<String> await(Question question, Predicate<List<String>> isAnswered) throws Exception {
        List<String> answer = question.ask();
        while (!isAnswered.test(answer)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            answer = question.ask();
        }
        return answer;
    }
}
