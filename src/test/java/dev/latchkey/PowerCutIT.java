package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.Model.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
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
 * <p>{@code disk.c} records what the server writes and syncs, the clients record how long the log was when they sent a request
 * and when they got its answer, and {@link DiskImage} says what may be left. {@code -Dcut.points} says how many moments are
 * tried, {@code -Dcut.seed} repeats the choices of a run.
 */
final class PowerCutIT {
    private static final int POINTS = Integer.getInteger("cut.points", 100);
    private static final long SEED = Long.getLong("cut.seed", System.nanoTime());
    private static final int WRITES = 4000;
    private static final String FILE = "latchkey.db";

    @TempDir
    private static Path folder;

    private static final Map<String, List<Operation>> HISTORIES = new HashMap<>();
    private static DiskLog log;

    private final Random random = new Random(SEED);
    private int images;

    /** A run from the first start on, so that making the file and its tables is a part of it; {@code kill -9} ends it. */
    @BeforeAll
    static void record() throws Exception {
        JarProcess.copyConfiguration(folder);
        Path logFile = folder.resolve("disk.log");
        DiskLibrary disk =
                new DiskLibrary(folder, Files.createDirectory(folder.resolve("data"))).with("DISK_LOG", logFile);
        try (JarProcess server = JarProcess.start(folder, disk.variables(), "server", "config.yml");
                FileChannel channel = FileChannel.open(logFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            List<ModelClient> clients = Stream.of("cut0", "cut1", "cut2", "cut3", "cut4", "cut5")
                    .map(name -> recording(name, channel))
                    .toList();
            try (Load load = Load.on(server.api(), clients)) {
                load.awaitAcknowledged(clients, WRITES);
                load.stop();
            }
            assertThat(Load.refused(clients)).isZero();
            server.kill();
        }
        log = new DiskLog(logFile);
    }

    private static ModelClient recording(String name, FileChannel logFile) {
        List<Operation> history = new ArrayList<>();
        HISTORIES.put(name, history);
        return new ModelClient(name, SEED + name.hashCode(), () -> size(logFile), history::add);
    }

    private static long size(FileChannel file) {
        try {
            return file.size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.DAYS)
    void losesNothingAcknowledged() throws Exception {
        long firstAcknowledgement =
                acknowledgements().min(Comparator.naturalOrder()).orElseThrow();
        assertThat(ends(entry -> isSync(entry) && entry.path().equals(FILE)))
                .as("checkpoints under load")
                .filteredOn(end -> end > firstAcknowledgement)
                .hasSizeGreaterThan(2);

        List<String> wrong = imagesThatAreWrong(POINTS, entry -> true, DiskImage.Survival.values());
        System.out.printf(
                "PowerCutIT: %d images of a log of %d bytes and %d writes, %d of them wrong, -Dcut.seed=%d%n",
                images, log.length(), WRITES, wrong.size(), SEED);
        assertThat(wrong.stream().limit(3)).isEmpty();
    }

    /** The proof that the test above can fail: with such a disk nobody keeps anything. */
    @Test
    void noticesADiskThatOnlySaysThatItHasSynced() throws Exception {
        assertThat(imagesThatAreWrong(
                        10, entry -> !(isSync(entry) && entry.path().endsWith("-wal")), DiskImage.Survival.NONE))
                .isNotEmpty();
    }

    private List<String> imagesThatAreWrong(int count, Predicate<DiskLog.Entry> counts, DiskImage.Survival... survivals)
            throws Exception {
        List<String> wrong = new ArrayList<>();
        Collection<Long> points = points(count);
        log.rewind();
        DiskImage image = new DiskImage();
        for (long point : points) {
            for (DiskLog.Entry entry = log.next(point); entry != null; entry = log.next(point)) {
                if (counts.test(entry)) {
                    image.apply(entry);
                }
            }
            for (DiskImage.Survival survival : survivals) {
                Path copy = Files.createDirectory(folder.resolve("image-" + ++images));
                image.write(copy, survival, random);
                try {
                    Model.settle(modelsAt(point), Contents.ofSqlite(copy.resolve(FILE)));
                } catch (AssertionError | SQLException e) {
                    wrong.add("cut at " + point + ", of " + image.unsyncedChanges() + " unsynced changes survive "
                            + survival + ": " + e);
                }
                delete(copy);
            }
        }
        return wrong;
    }

    private static List<Model> modelsAt(long point) {
        return HISTORIES.values().stream()
                .map(history -> Model.at(point, history))
                .toList();
    }

    /** Anywhere; when somebody has just been told that something is safe; and when most is not synced. */
    private Collection<Long> points(int count) {
        List<Long> acknowledgements = acknowledgements().toList();
        List<Long> beforeSyncs =
                ends(PowerCutIT::isSync).stream().map(end -> end - 1).toList();
        Collection<Long> points = new TreeSet<>();
        while (points.size() < count) {
            points.add(random.nextLong(log.length()));
            points.add(acknowledgements.get(random.nextInt(acknowledgements.size())));
            points.add(beforeSyncs.get(random.nextInt(beforeSyncs.size())));
            // The start is a small part of the log, and much happens in it.
            points.add(beforeSyncs.get(random.nextInt(30)));
        }
        return points;
    }

    private static Stream<Long> acknowledgements() {
        return HISTORIES.values().stream()
                .flatMap(List::stream)
                .map(Operation::acknowledged)
                .filter(moment -> moment < Operation.NEVER);
    }

    private static boolean isSync(DiskLog.Entry entry) {
        return entry.type() == 'S' || entry.type() == 'D';
    }

    private static List<Long> ends(Predicate<DiskLog.Entry> wanted) {
        List<Long> ends = new ArrayList<>();
        log.rewind();
        for (DiskLog.Entry entry = log.next(log.length()); entry != null; entry = log.next(log.length())) {
            if (wanted.test(entry)) {
                ends.add(entry.end());
            }
        }
        return ends;
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
