package dev.latchkey.testing;

import com.google.common.base.Splitter;
import dev.latchkey.server.database.DatabaseSettings;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A way to a PostgreSQL database that counts round trips: how often a client asks the database to say when it is ready, which it then
 * waits for (Sync and simple Query of the protocol). What opens a connection does not count, and neither does a BEGIN: it comes with what
 * is to be run first. That is no guess, because it is held back until then.
 */
public final class CountingRelay implements AutoCloseable {
    private final DatabaseSettings database;
    private final ServerSocket entrance = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private List<String> trips = new ArrayList<>();

    public CountingRelay(DatabaseSettings database) throws IOException {
        this.database = database;
        Future<?> unused = threads.submit(() -> {
            while (true) {
                Socket client = entrance.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), port());
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                Future<?> unusedThere = threads.submit(() -> new Questions(client, server).carry());
                Future<?> unusedBack = threads.submit(() -> carryAnswers(server, client));
            }
        });
    }

    private int port() {
        return URI.create(database.url().substring("jdbc:".length())).getPort();
    }

    /** The URL of the database at the other end. */
    public String url() {
        // Encrypted, nothing could be counted.
        return database.url().replace(":" + port(), ":" + entrance.getLocalPort()) + "?sslmode=disable";
    }

    /** The round trips since the last call: of each, what the database was to run. */
    public synchronized List<String> take() {
        List<String> taken = trips;
        trips = new ArrayList<>();
        return taken;
    }

    private synchronized void add(String trip) {
        trips.add(trip);
    }

    private static Void carryAnswers(Socket server, Socket client) throws IOException {
        try (server;
                client) {
            server.getInputStream().transferTo(client.getOutputStream());
            return null;
        }
    }

    /** What a client sends over one connection. */
    private final class Questions {
        private final Socket client;
        private final Socket server;
        private final Map<String, String> statements = new HashMap<>();
        private final List<String> trip = new ArrayList<>();

        Questions(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        /** Notes each message before it is sent on: whoever has the answer finds it counted. */
        Void carry() throws IOException {
            try (client;
                    server) {
                DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream()));
                DataOutputStream out = new DataOutputStream(new BufferedOutputStream(server.getOutputStream()));
                // The first message is the only one without a type.
                write(out, body(in));
                out.flush();
                while (true) {
                    byte type = in.readByte();
                    byte[] body = body(in);
                    String text = new String(body, StandardCharsets.ISO_8859_1);
                    out.writeByte(type);
                    write(out, body);
                    if (!(type == 'Q' && text.equals("BEGIN\0"))) {
                        note(type, text);
                        out.flush();
                    }
                }
            } catch (EOFException e) {
                return null;
            }
        }

        private byte[] body(DataInputStream in) throws IOException {
            byte[] body = new byte[in.readInt() - Integer.BYTES];
            in.readFully(body);
            return body;
        }

        private void write(DataOutputStream out, byte[] body) throws IOException {
            out.writeInt(body.length + Integer.BYTES);
            out.write(body);
        }

        private void note(byte type, String body) {
            List<String> texts = Splitter.on('\0').limit(3).splitToList(body);
            switch (type) {
                case 'P' -> statements.put(texts.get(0), texts.get(1).replaceAll("\\s+", " "));
                case 'B' -> trip.add(statements.get(texts.get(1)));
                case 'Q' -> {
                    trip.add(texts.get(0));
                    end();
                }
                case 'S' -> end();
                default -> {
                    // Execute, Describe, Close and the like come with a Bind or a Parse.
                }
            }
        }

        private void end() {
            add(String.join("; ", trip));
            trip.clear();
        }
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        threads.shutdownNow();
    }
}
