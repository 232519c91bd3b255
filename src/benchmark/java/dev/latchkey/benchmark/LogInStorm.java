package dev.latchkey.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that do nothing but log in, more of them than passwords can be hashed, until it is closed. Each that is turned away
 * has to be told when to come back, or closing fails; those that heed it do come back then, the others at once.
 */
final class LogInStorm implements AutoCloseable {
    private final ExecutorService threads;
    private final List<Future<?>> clients = new ArrayList<>();
    private final AtomicLong succeeded = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final boolean heedful;
    private final CountDownLatch over = new CountDownLatch(1);

    private LogInStorm(int count, boolean heedful) {
        this.threads = Executors.newFixedThreadPool(count);
        this.heedful = heedful;
    }

    /** Begins with that many clients, each with a connection of its own. */
    static LogInStorm begin(int port, int count, boolean heedful, String request) {
        LogInStorm storm = new LogInStorm(count, heedful);
        for (int i = 0; i < count; i++) {
            storm.clients.add(storm.threads.submit(() -> {
                storm.run(port, request);
                return null;
            }));
        }
        return storm;
    }

    private void run(int port, String request) throws IOException, InterruptedException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            boolean isOver = false;
            while (!isOver) {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                int retryAfter = answer(in);
                isOver = over.await(heedful ? retryAfter : 0, TimeUnit.SECONDS);
            }
        }
    }

    /** After how many seconds to come back; 0 if the log-in succeeded. */
    private int answer(BufferedReader in) throws IOException {
        String status = in.readLine();
        int length = 0;
        int retryAfter = 0;
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            String[] field = line.split(": *", 2);
            if (field[0].equalsIgnoreCase("Content-Length")) {
                length = Integer.parseInt(field[1]);
            } else if (field[0].equalsIgnoreCase("Retry-After")) {
                retryAfter = Integer.parseInt(field[1]);
            }
        }
        for (int read = 0; read < length; read++) {
            if (in.read() < 0) {
                throw new IOException("The server has closed the connection.");
            }
        }
        if (status.startsWith("HTTP/1.1 200 ")) {
            succeeded.incrementAndGet();
            return 0;
        }
        if (retryAfter > 0 && status.matches("HTTP/1\\.1 (429|503) .*")) {
            refused.incrementAndGet();
            return retryAfter;
        }
        throw new IOException("Neither logged in nor properly refused: " + status);
    }

    long succeeded() {
        return succeeded.get();
    }

    long refused() {
        return refused.get();
    }

    @Override
    public void close() throws Exception {
        over.countDown();
        threads.shutdown();
        for (Future<?> client : clients) {
            client.get();
        }
    }
}
