package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Contents;
import dev.latchkey.testing.DiskImage;
import dev.latchkey.testing.DiskImage.Survival;
import dev.latchkey.testing.DiskLog;
import dev.latchkey.testing.JarProcess;
import dev.latchkey.testing.Model;
import dev.latchkey.testing.ProofSize;
import dev.latchkey.testing.RecordedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A power cut at any moment of a run: whatever was acknowledged before it is on the disk, and nothing is half.
 *
 * <p>{@code disk.c} records what the server writes and syncs, the clients record how long that log was when they sent a request
 * and when they got its answer, and {@link DiskImage} says what may be left. {@code -Dcut.points} says how many moments are
 * tried, {@code -Dcut.seed} repeats the choices of a run.
 */
final class PowerCutIT {
    private static final int POINTS = Integer.getInteger("cut.points", ProofSize.of(20, 100));
    private static final long SEED = Long.getLong("cut.seed", System.nanoTime());
    private static final int WRITES = ProofSize.of(1600, 7000);

    /** Where there are few writes, they have to be long for the log to get as long as starts a checkpoint. */
    private static final int LONGEST_VALUE = ProofSize.of(400_000, 20_000);

    @TempDir
    private static Path folder;

    private static RecordedRun run;

    private final Random random = new Random(SEED);
    private int images;

    @BeforeAll
    static void record() throws Exception {
        run = new RecordedRun(folder, WRITES, LONGEST_VALUE, SEED);
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.DAYS)
    void losesNothingAcknowledged() throws Exception {
        long firstAcknowledgement = run.acknowledgements().get(0);
        assertThat(run.momentsAfter(entry -> entry.isSync() && entry.path().equals(RecordedRun.FILE)))
                .as("checkpoints under load")
                .filteredOn(moment -> moment > firstAcknowledgement)
                .hasSizeGreaterThanOrEqualTo(ProofSize.of(1, 3));

        List<String> wrong = imagesThatAreWrong(POINTS, entry -> true, Survival.values());
        System.out.printf(
                "PowerCutIT: %d images of %d writes and a log of %d bytes, %d of them wrong, -Dcut.seed=%d%n",
                images, WRITES, run.length(), wrong.size(), SEED);
        assertThat(wrong.stream().limit(3)).isEmpty();
    }

    /** The proof that the test above can fail: with such a disk nobody keeps anything. */
    @Test
    void noticesADiskThatOnlySaysThatItHasSynced() throws Exception {
        Predicate<DiskLog.Entry> isHonest =
                entry -> !(entry.isSync() && entry.path().endsWith("-wal"));
        assertThat(imagesThatAreWrong(10, isHonest, Survival.NONE)).isNotEmpty();
    }

    @Test
    void startsOnWhatIsLeft() throws Exception {
        List<Long> moments = new ArrayList<>(List.of(random.nextLong(run.length())));
        for (int i = 0; i < ProofSize.of(1, 2); i++) {
            moments.add(run.duringTheStart(random));
        }
        for (long moment : moments) {
            DiskImage image = new DiskImage();
            DiskLog log = run.log();
            for (DiskLog.Entry entry = log.next(moment); entry != null; entry = log.next(moment)) {
                image.apply(entry);
            }
            Path copy = Files.createDirectory(folder.resolve("start-at-" + moment));
            JarProcess.copyConfiguration(copy);
            Path data = Files.createDirectory(copy.resolve("data"));
            image.write(data, Survival.TORN, random);
            try (JarProcess server = JarProcess.start(copy, Map.of(), "server", "config.yml")) {
                String token = server.api().newToken();
                assertThat(server.api().create(token, "key", "value").status()).isEqualTo(201);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("cut at " + moment + " of -Dcut.seed=" + SEED, e);
            }
        }
    }

    private List<String> imagesThatAreWrong(int count, Predicate<DiskLog.Entry> counts, Survival... survivals)
            throws Exception {
        List<String> wrong = new ArrayList<>();
        DiskImage image = new DiskImage();
        List<Long> moments = run.moments(count, random);
        DiskLog log = run.log();
        for (long moment : moments) {
            for (DiskLog.Entry entry = log.next(moment); entry != null; entry = log.next(moment)) {
                if (counts.test(entry)) {
                    image.apply(entry);
                }
            }
            for (Survival survival : survivals) {
                Path copy = Files.createDirectory(folder.resolve("image-" + ++images));
                image.write(copy, survival, random);
                try {
                    Model.settle(run.modelsAt(moment), Contents.ofSqlite(copy.resolve(RecordedRun.FILE)));
                } catch (AssertionError | SQLException e) {
                    wrong.add("cut at " + moment + ", of " + image.unsyncedChanges() + " unsynced changes survive "
                            + survival + ": " + e);
                }
                delete(copy);
            }
        }
        return wrong;
    }

    private static void delete(Path image) throws IOException {
        try (Stream<Path> files = Files.list(image)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(image);
    }
}
