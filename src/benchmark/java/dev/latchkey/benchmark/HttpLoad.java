package dev.latchkey.benchmark;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** Clients that each send one request after the other over a connection of their own, and do as little else as they can. */
final class HttpLoad {
    private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);

    private HttpLoad() {}

    /** The text of a request; of a body ASCII only. */
    static String request(String line, String headers, String body) {
        return line + " HTTP/1.1\r\nHost: localhost\r\n" + headers
                + (body.isEmpty() ? "" : "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n")
                + "\r\n" + body;
    }

    /**
     * What clients saw.
     *
     * @param requests how many were answered
     * @param rate how many requests a second all of them together got answered
     * @param p50 in milliseconds, from sending a request to the end of its answer
     * @param p99 in milliseconds, from sending a request to the end of its answer
     */
    record Seen(int requests, double rate, double p50, double p99) {}

    /** How many requests a second all clients together get answered with that status. */
    static double rate(int port, int clients, Duration time, int status, Supplier<String> requests) throws Exception {
        return measure(port, clients, time, status, requests).rate();
    }

    static Seen measure(int port, int clients, Duration time, int status, Supplier<String> requests) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            long start = System.nanoTime();
            long end = start + time.toNanos();
            Callable<List<Long>> client = () -> run(port, end, status, requests);
            List<Future<List<Long>>> all = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                all.add(threads.submit(client));
            }
            List<Long> nanos = new ArrayList<>();
            for (Future<List<Long>> one : all) {
                nanos.addAll(one.get());
            }
            double rate = nanos.size() * 1e9 / (System.nanoTime() - start);
            nanos.sort(null);
            return new Seen(
                    nanos.size(), rate, nanos.get(nanos.size() / 2) / 1e6, nanos.get(nanos.size() * 99 / 100) / 1e6);
        } finally {
            threads.shutdownNow();
        }
    }

    /** How long each request took. */
    private static List<Long> run(int port, long end, int status, Supplier<String> requests) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            List<Long> nanos = new ArrayList<>();
            // Once at least: on a busy machine the time can be over before a connection is there.
            do {
                long begun = System.nanoTime();
                socket.getOutputStream().write(requests.get().getBytes(StandardCharsets.US_ASCII));
                expect(status, in);
                nanos.add(System.nanoTime() - begun);
            } while (System.nanoTime() < end);
            return nanos;
        }
    }

    private static void expect(int status, InputStream in) throws IOException {
        byte[] line = new byte[1024];
        int length = readLine(in, line);
        String first = new String(line, 0, length, StandardCharsets.US_ASCII);
        if (!first.startsWith(" " + status + " ", "HTTP/1.1".length())) {
            throw new IOException("Not " + status + ": " + first);
        }
        int bodyLength = 0;
        for (length = readLine(in, line); length > 0; length = readLine(in, line)) {
            if (isLength(line)) {
                String value = new String(line, LENGTH.length, length - LENGTH.length, StandardCharsets.US_ASCII);
                bodyLength = Integer.parseInt(value.strip());
            }
        }
        in.skipNBytes(bodyLength);
    }

    /** Without what ends it; its length. */
    private static int readLine(InputStream in, byte[] line) throws IOException {
        int length = 0;
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("The server has closed the connection.");
            }
            if (b != '\r') {
                line[length++] = (byte) b;
            }
        }
        return length;
    }

    private static boolean isLength(byte[] line) {
        for (int i = 0; i < LENGTH.length; i++) {
            if (Character.toLowerCase(line[i]) != LENGTH[i]) {
                return false;
            }
        }
        return true;
    }
}
