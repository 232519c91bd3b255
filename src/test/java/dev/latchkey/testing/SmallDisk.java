package dev.latchkey.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A file system of a few MiB, in memory, that only those processes see that enter its mount namespace. Takes no root. */
public final class SmallDisk implements AutoCloseable {
    private static final String MOUNT = "mount -t tmpfs -o size=\"$1\" none \"$0\" && echo mounted && exec cat";

    private final Process holder;
    private final Path folder;

    private SmallDisk(Process holder, Path folder) {
        this.holder = holder;
        this.folder = folder;
    }

    /** Mounts it on the folder; empty where that is not allowed. */
    public static Optional<SmallDisk> mount(Path folder, String size) throws IOException, InterruptedException {
        Process holder;
        try {
            holder = new ProcessBuilder("unshare", "-U", "-r", "-m", "sh", "-c", MOUNT, folder.toString(), size)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            return Optional.empty();
        }
        if (holder.inputReader().readLine() == null || !Preloaded.runs("nsenter", "--version")) {
            holder.destroyForcibly().waitFor();
            return Optional.empty();
        }
        return Optional.of(new SmallDisk(holder, folder));
    }

    /** A command that has those after it run where the disk is, in this folder. */
    public List<String> wrapper(Path workingFolder) {
        return List.of(
                "nsenter",
                "--target=" + holder.pid(),
                "--user",
                "--mount",
                "--preserve-credentials",
                "sh",
                "-c",
                "cd \"$0\" && exec \"$@\"",
                workingFolder.toString());
    }

    /** The way to a file on it, from outside. */
    public Path path(String name) {
        return Path.of("/proc/" + holder.pid() + "/root" + folder).resolve(name);
    }

    /** Takes every byte that is left. */
    public AutoCloseable fill() throws IOException {
        Path ballast = path("ballast");
        try (OutputStream out = Files.newOutputStream(ballast)) {
            byte[] block = new byte[4096];
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("No space left")) {
                throw e;
            }
        }
        return () -> Files.delete(ballast);
    }

    @Override
    public void close() throws InterruptedException {
        holder.destroyForcibly().waitFor();
    }
}
