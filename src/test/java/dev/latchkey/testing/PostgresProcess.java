package dev.latchkey.testing;

import dev.latchkey.server.database.DatabaseSettings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A PostgreSQL of one's own, which can be ended in any way and started again with its data on its port. */
public final class PostgresProcess implements AutoCloseable {
    private final Path data;
    private final KeptPort port = new KeptPort();
    private EmbeddedPostgres server;

    /** {@code data} is a folder that it makes. */
    public PostgresProcess(Path data) throws IOException {
        this.data = data;
        start();
    }

    public void start() throws IOException {
        server = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPort(port.number())
                // Embedded, it is set up to forget what it has acknowledged when it is killed.
                .setServerConfig("synchronous_commit", "on")
                .start();
    }

    /** The empty database that every PostgreSQL has from the beginning. */
    public DatabaseSettings database() {
        return new DatabaseSettings(
                "jdbc:postgresql://localhost:" + port.number() + "/postgres", "postgres", null, 4, 0, null, null);
    }

    /** Ends it by a signal, such as QUIT, which is its "immediate shutdown", or KILL, and waits until all of it is gone. */
    public void end(String signal) throws IOException, InterruptedException {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0));
        ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
        List<ProcessHandle> all = postmaster.descendants().toList();
        if (!Preloaded.runs("kill", "-" + signal, String.valueOf(pid))) {
            throw new IllegalStateException("kill -" + signal + " " + pid);
        }
        postmaster.onExit().join();
        // With KILL they find out by themselves; until then, PostgreSQL refuses to start.
        all.stream().map(ProcessHandle::onExit).forEach(CompletableFuture::join);
        server.close();
    }

    @Override
    public void close() throws IOException {
        server.close();
        port.close();
    }
}
