package dev.latchkey.server.database;

import io.dropwizard.util.Duration;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

/** A network between server and database that can swallow what it should carry: no data, no end, no refusal. */
final class Network implements AutoCloseable {
    private final DatabaseSettings database;
    private final ServerSocket entrance = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile boolean swallowsQuestions;
    private volatile boolean swallowsAnswers;

    Network(DatabaseSettings database) throws IOException {
        this.database = database;
        Future<?> unused = threads.submit(() -> {
            while (true) {
                Socket client = entrance.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), port());
                Future<?> unusedThere = threads.submit(() -> carry(client, server, () -> swallowsQuestions));
                Future<?> unusedBack = threads.submit(() -> carry(server, client, () -> swallowsAnswers));
            }
        });
    }

    private int port() {
        return URI.create(database.url().substring("jdbc:".length())).getPort();
    }

    /** The database at the other end, over one connection. */
    DatabaseSettings settings(Duration maxWait) {
        String url = database.url().replace(":" + port(), ":" + entrance.getLocalPort());
        return new DatabaseSettings(url, database.user(), null, 1, 0, maxWait, null);
    }

    void swallowEverything() {
        swallowsQuestions = true;
        swallowsAnswers = true;
    }

    /** What is sent to the database still arrives there. */
    void swallowAnswers() {
        swallowsAnswers = true;
    }

    void carryAgain() {
        swallowsQuestions = false;
        swallowsAnswers = false;
    }

    private static Void carry(Socket from, Socket to, BooleanSupplier swallows) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[8192];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (!swallows.getAsBoolean()) {
                    out.write(buffer, 0, n);
                }
            }
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        threads.shutdownNow();
    }
}
