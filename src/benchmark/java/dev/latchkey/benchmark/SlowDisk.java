package dev.latchkey.benchmark;

import dev.latchkey.server.database.Grouping;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Scanner;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Groups on a disk whose every sync takes two milliseconds longer, as most disks' do: a C library that is loaded before all
 * others delays them. It is in a process of its own, and so needs one of ours.
 */
final class SlowDisk {
    static final String GROUPS = "slow disk, " + StoreRuns.writes(Grouping.GROUPS, 64);
    static final String ONES = "slow disk, " + StoreRuns.writes(Grouping.ONES, 64);

    private static final Path SOURCE = Path.of("src/test/c/disk.c");
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final Path LIBRARY = TARGET.resolve("benchmark-disk.so");
    private static final int DELAY_MICROS = 2000;
    private static final String RESULT = "RESULT ";

    private SlowDisk() {}

    /** Says so if it is not possible here. */
    static void round(String planName, Measurements measurements) throws IOException, InterruptedException {
        if (!compile()) {
            System.out.println("  gcc does not make the library here: the slow disk was NOT measured.");
            return;
        }
        ProcessBuilder builder = Jvm.of(Benchmark.class, "slow-disk", planName);
        builder.environment().put("LD_PRELOAD", LIBRARY.toString());
        builder.environment().put("DISK_FOLDER", TARGET.toRealPath().toString());
        builder.environment().put("DISK_SYNC_DELAY_US", Integer.toString(DELAY_MICROS));
        Process process = builder.start();
        try (Scanner lines = new Scanner(process.inputReader())) {
            while (lines.hasNextLine()) {
                String line = lines.nextLine();
                if (line.startsWith(RESULT)) {
                    String[] words = line.substring(RESULT.length()).split(" ", 2);
                    measurements.add(words[0].equals("GROUPS") ? GROUPS : ONES, Double.parseDouble(words[1]));
                } else {
                    System.err.println(line);
                }
            }
        }
        if (process.waitFor() != 0) {
            throw new IOException("The measurement on the slow disk failed.");
        }
    }

    /** What the process on the slow disk does. */
    static void measure(Plan plan) throws RunnerException {
        StoreRuns store = new StoreRuns(plan, new Measurements());
        for (Grouping grouping : Grouping.values()) {
            System.out.println(RESULT + grouping + " " + store.rate(grouping, 64));
        }
    }

    private static boolean compile() throws IOException, InterruptedException {
        List<String> command = List.of(
                "gcc", "-shared", "-fPIC", "-O2", "-o", LIBRARY.toString(), SOURCE.toString(), "-ldl", "-lpthread");
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
