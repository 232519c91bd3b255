package dev.latchkey.testing;

import dev.latchkey.server.database.DatabaseSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real PgBouncer before a PostgreSQL, which can be killed and started again on its port. */
public final class PgBouncer implements AutoCloseable {
    // Debian keeps it where only an administrator's PATH leads.
    private final Path program = Program.find("what PgBouncer does to writes was", "pgbouncer", "../sbin/pgbouncer");
    private final Path folder;
    private final DatabaseSettings database;
    private final KeptPort port = new KeptPort();
    private Process process;

    /** {@code mode} is {@code session}, {@code transaction} or {@code statement}; {@code folder} is one that it makes. */
    public PgBouncer(Path folder, DatabaseSettings database, String mode) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.database = database;
        Path users = Files.writeString(folder.resolve("users.txt"), "\"" + database.user() + "\" \"\"\n");
        Files.writeString(folder.resolve("pgbouncer.ini"), """
                [databases]
                * = host=127.0.0.1 port=%d
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = trust
                auth_file = %s
                pool_mode = %s
                max_client_conn = 500
                ignore_startup_parameters = extra_float_digits
                """.formatted(
                        uri().getPort(), port.number(), users.toAbsolutePath(), mode));
        start();
    }

    public void start() throws IOException {
        List<String> command = new ArrayList<>(List.of(program.toString(), "-q"));
        if (System.getProperty("user.name").equals("root")) {
            // It refuses to run as root.
            command.addAll(List.of("-u", "nobody"));
        }
        command.add(folder.resolve("pgbouncer.ini").toAbsolutePath().toString());
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("log.txt").toFile()))
                .start();
        Await.until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException(Files.readString(folder.resolve("log.txt")));
            }
            return isListening();
        });
    }

    private boolean isListening() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.number())) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** The database, as it is seen through it. */
    public DatabaseSettings database() {
        return through(database);
    }

    /** Another database of the same server, through it. */
    public DatabaseSettings through(DatabaseSettings direct) {
        return direct.elsewhere(
                direct.url().replace(":" + uri().getPort(), ":" + port.number()), direct.user(), direct.password());
    }

    private URI uri() {
        return URI.create(database.url().substring("jdbc:".length()));
    }

    /** {@code kill -9}. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            throw new IllegalStateException("PgBouncer does not end");
        }
    }

    @Override
    public void close() throws InterruptedException {
        kill();
        port.close();
    }
}
