package dev.latchkey.benchmark;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** Clients that each send one request after the other over a connection of their own, and do as little else as they can. */
final class HttpLoad {
    private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CHUNKED = "transfer-encoding: chunked".getBytes(StandardCharsets.US_ASCII);

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

    /** One of many that ask at once. */
    @FunctionalInterface
    interface Client {
        /** What it asks for next. */
        String request();

        /** Of the answer to its last request: for a client whose next request depends on it. */
        default void answered(byte[] body) {}
    }

    /** How many requests a second all clients together get answered with that status. */
    static double rate(int port, int clients, Duration time, int status, Supplier<String> requests) throws Exception {
        return measure(port, clients, time, status, requests).rate();
    }

    static Seen measure(int port, int clients, Duration time, int status, Supplier<String> requests) throws Exception {
        return measure(port, Collections.nCopies(clients, requests::get), time, status);
    }

    static Seen measure(int port, List<Client> clients, Duration time, int status) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(clients.size());
        try {
            long start = System.nanoTime();
            long end = start + time.toNanos();
            List<Future<List<Long>>> all = new ArrayList<>();
            for (Client client : clients) {
                all.add(threads.submit(() -> run(port, end, status, client)));
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
    private static List<Long> run(int port, long end, int status, Client client) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            List<Long> nanos = new ArrayList<>();
            // Once at least: on a busy machine the time can be over before a connection is there.
            do {
                long begun = System.nanoTime();
                socket.getOutputStream().write(client.request().getBytes(StandardCharsets.US_ASCII));
                byte[] body = expect(status, in);
                nanos.add(System.nanoTime() - begun);
                client.answered(body);
            } while (System.nanoTime() < end);
            return nanos;
        }
    }

    /** The body of an answer with that status. */
    private static byte[] expect(int status, InputStream in) throws IOException {
        byte[] line = new byte[1024];
        int length = readLine(in, line);
        String first = new String(line, 0, length, StandardCharsets.US_ASCII);
        if (!first.startsWith(" " + status + " ", "HTTP/1.1".length())) {
            throw new IOException("Not " + status + ": " + first);
        }
        int bodyLength = 0;
        boolean isChunked = false;
        for (length = readLine(in, line); length > 0; length = readLine(in, line)) {
            if (startsWith(LENGTH, line)) {
                String value = new String(line, LENGTH.length, length - LENGTH.length, StandardCharsets.US_ASCII);
                bodyLength = Integer.parseInt(value.strip());
            }
            isChunked |= startsWith(CHUNKED, line);
        }
        return isChunked ? readChunks(in, line) : read(in, bodyLength);
    }

    private static byte[] readChunks(InputStream in, byte[] line) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int size;
        do {
            size = Integer.parseInt(new String(line, 0, readLine(in, line), StandardCharsets.US_ASCII), 16);
            body.write(read(in, size));
            readLine(in, line);
        } while (size > 0);
        return body.toByteArray();
    }

    private static byte[] read(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new IOException("The server has closed the connection.");
        }
        return bytes;
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

    private static boolean startsWith(byte[] lowerCase, byte[] line) {
        for (int i = 0; i < lowerCase.length; i++) {
            if (Character.toLowerCase(line[i]) != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }
}
