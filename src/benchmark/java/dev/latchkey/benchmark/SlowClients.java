package dev.latchkey.benchmark;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Connections that send a byte a second of what they began, or read a byte a second of what they asked for. Where the server
 * answers or ends one, it begins anew a second later.
 */
final class SlowClients implements AutoCloseable {
    private static final long TURN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final InetSocketAddress server;
    private final List<SlowClient> clients = new ArrayList<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Future<?> work;
    private volatile boolean over;

    /**
     * One way to be slow.
     *
     * @param beginning what is sent at once
     * @param more what is sent each second; empty for who reads a byte instead
     */
    record Habit(String beginning, String more) {}

    /** Those of somebody with an {@code Authorization} header, and of somebody without. */
    static List<Habit> habits(String authorization) {
        String json = "Host: localhost\r\nContent-Type: application/json\r\n";
        String own = json + authorization + "\r\n";
        return List.of(
                new Habit("GET /api/data/key HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", "x"),
                new Habit("POST /api/token HTTP/1.1\r\n" + json + "Content-Length: 3000\r\n\r\n{", " "),
                new Habit(
                        "POST /api/register HTTP/1.1\r\n" + json + "Transfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n"),
                new Habit("POST /api/data HTTP/1.1\r\n" + json + "Content-Length: 3000\r\n\r\n{", " "),
                new Habit("POST /api/data HTTP/1.1\r\n" + own + "Content-Length: 3000\r\n\r\n{", " "),
                new Habit(
                        "PUT /api/data/large0 HTTP/1.1\r\n" + own + "Content-Length: 1000000\r\n\r\n"
                                + " ".repeat(100_000),
                        " "),
                new Habit(("GET /api/data/large0 HTTP/1.1\r\n" + own + "\r\n").repeat(8), ""),
                new Habit("GET /api/me/export HTTP/1.1\r\n" + own + "\r\n", ""));
    }

    private SlowClients(int port, int count, List<Habit> habits) throws IOException {
        this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        for (int i = 0; i < count; i++) {
            SlowClient client = new SlowClient(habits.get(i % habits.size()));
            client.begin();
            clients.add(client);
        }
        this.work = thread.submit(() -> {
            run();
            return null;
        });
    }

    /** Begins with that many, evenly of all habits. */
    static SlowClients begin(int port, int count, List<Habit> habits) throws IOException {
        return new SlowClients(port, count, habits);
    }

    private void run() throws IOException {
        long pause = TURN_NANOS / clients.size();
        for (int i = 0; !over; i = (i + 1) % clients.size()) {
            clients.get(i).turn();
            LockSupport.parkNanos(pause);
        }
    }

    /** Fails if the figures are of fewer than there should be. */
    void requireAlive() {
        if (work.isDone()) {
            throw new IllegalStateException("The slow clients have given up");
        }
    }

    @Override
    public void close() throws Exception {
        over = true;
        thread.shutdown();
        work.get();
        for (SlowClient client : clients) {
            client.channel.close();
        }
    }

    private final class SlowClient {
        private final Habit habit;
        private final ByteBuffer more;
        private final ByteBuffer answer = ByteBuffer.allocate(1);
        private SocketChannel channel;

        SlowClient(Habit habit) {
            this.habit = habit;
            this.more = bytes(habit.more);
        }

        private ByteBuffer bytes(String text) {
            return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        }

        void begin() throws IOException {
            channel = SocketChannel.open();
            channel.setOption(StandardSocketOptions.SO_RCVBUF, 4 << 10);
            channel.connect(server);
            channel.configureBlocking(false);
            channel.write(bytes(habit.beginning));
        }

        void turn() throws IOException {
            if (!isGoingOn()) {
                channel.close();
                begin();
            }
        }

        private boolean isGoingOn() {
            try {
                int read = channel.read(answer.clear());
                if (habit.more.isEmpty()) {
                    return read >= 0;
                }
                channel.write(more.rewind());
                return read == 0;
            } catch (IOException ended) {
                return false;
            }
        }
    }
}
