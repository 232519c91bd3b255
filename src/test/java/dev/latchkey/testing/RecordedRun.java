package dev.latchkey.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Model.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A run of the server from its first start to {@code kill -9}, with clients at work: all that it did to its disk, and what the
 * clients were told meanwhile. A moment of it is a length that the {@link DiskLog} had.
 */
public final class RecordedRun {
    /** The database's file. */
    public static final String FILE = "latchkey.db";

    private static final int CLIENTS = 6;

    private final DiskLog log;
    private final List<List<Operation>> histories = new ArrayList<>();
    private final List<Long> changesDuringTheStart;

    /** Ends after so many acknowledged writes, a tenth of them of values up to {@code longestValue}. */
    public RecordedRun(Path folder, int writes, int longestValue, long seed) throws IOException, InterruptedException {
        JarProcess.copyConfiguration(folder);
        Path file = folder.resolve("disk.log");
        DiskLibrary disk =
                new DiskLibrary(folder, Files.createDirectory(folder.resolve("data"))).with("DISK_LOG", file);
        try (JarProcess server = JarProcess.start(folder, disk.variables(), "server", "config.yml");
                FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            List<ModelClient> clients = IntStream.range(0, CLIENTS)
                    .mapToObj(i -> {
                        List<Operation> history = new ArrayList<>();
                        histories.add(history);
                        return new ModelClient("cut" + i, seed + i, longestValue, () -> size(channel), history::add);
                    })
                    .toList();
            try (Load load = Load.on(server.api(), clients)) {
                load.awaitAcknowledged(clients, writes);
                load.stop();
            }
            assertThat(Load.refused(clients)).isZero();
            server.kill();
        }
        log = new DiskLog(file);
        long firstAcknowledgement = acknowledgements().get(0);
        changesDuringTheStart = momentsAfter(entry -> !entry.isSync()).stream()
                .filter(end -> end < firstAcknowledgement)
                .toList();
    }

    private static long size(FileChannel file) {
        try {
            return file.size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its end. */
    public long length() {
        return log.length();
    }

    /** From the beginning; of one reader at a time. */
    public DiskLog log() {
        log.rewind();
        return log;
    }

    /** What each client knew. */
    public List<Model> modelsAt(long moment) {
        return histories.stream().map(history -> Model.at(moment, history)).toList();
    }

    /** When a client was told that something is safe. */
    public List<Long> acknowledgements() {
        return histories.stream()
                .flatMap(List::stream)
                .map(Operation::acknowledged)
                .filter(moment -> moment < Operation.NEVER)
                .sorted()
                .toList();
    }

    /** The moments after such entries. */
    public List<Long> momentsAfter(Predicate<DiskLog.Entry> wanted) {
        DiskLog entries = log();
        return Stream.generate(() -> entries.next(entries.length()))
                .takeWhile(entry -> entry != null)
                .filter(wanted)
                .map(DiskLog.Entry::end)
                .toList();
    }

    /** Moments, in order: anywhere; when somebody has just been told that something is safe; and when most is not synced. */
    public List<Long> moments(int atLeast, Random random) {
        List<Long> acknowledgements = acknowledgements();
        List<Long> syncs = momentsAfter(DiskLog.Entry::isSync);
        TreeSet<Long> moments = new TreeSet<>();
        while (moments.size() < atLeast) {
            moments.add(random.nextLong(log.length()));
            moments.add(acknowledgements.get(random.nextInt(acknowledgements.size())));
            moments.add(syncs.get(random.nextInt(syncs.size())) - 1);
            moments.add(duringTheStart(random));
        }
        return List.copyOf(moments);
    }

    /** A moment of the start, which is a small part of the log, and in which much happens. */
    public long duringTheStart(Random random) {
        return changesDuringTheStart.get(random.nextInt(changesDuringTheStart.size()));
    }
}
