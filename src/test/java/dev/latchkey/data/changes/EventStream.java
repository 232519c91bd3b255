package dev.latchkey.data.changes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A stream of server-sent events over a connection of its own, which breaks after so many bytes: in the head of the response, in the
 * middle of an event or of a character, or never.
 */
final class EventStream implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** The contract promises that no stream is silent for longer. */
    private static final int MAX_SILENCE_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream in;
    private final int status;
    private final Map<String, String> headers;
    private int bytesLeft;
    private int chunkLeft;
    private boolean hasBegun;

    /**
     * One event.
     *
     * @param id -1 if it has none
     */
    record Event(long id, String name, JsonNode data) {}

    private EventStream(Socket socket, String request, int maxBytes) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        this.bytesLeft = maxBytes;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        this.status = Integer.parseInt(line().split(" ", 3)[1]);
        this.headers = headers();
    }

    /**
     * Asks for a stream; {@code headers} end with CRLF each.
     *
     * @throws IOException if the connection cannot be made or breaks
     */
    static EventStream open(URI server, String path, String headers, int maxBytes) throws IOException {
        Socket socket = new Socket(server.getHost(), server.getPort());
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(MAX_SILENCE_MILLIS);
            String request = "GET " + path + " HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n" + headers + "\r\n";
            return new EventStream(socket, request, maxBytes);
        } catch (IOException | RuntimeException | Error e) {
            socket.close();
            throw e;
        }
    }

    int status() {
        return status;
    }

    /** Null if there is none. */
    String header(String name) {
        return headers.get(name);
    }

    /**
     * The next event, once it is there as a whole.
     *
     * @throws IOException if the connection breaks, or the response ends
     */
    Event next() throws IOException {
        long id = -1;
        String name = null;
        String data = null;
        while (true) {
            String line = textLine();
            if (line.isEmpty()) {
                if (data != null) {
                    return new Event(id, name, MAPPER.readTree(data));
                }
                continue;
            }
            String value = line.substring(line.indexOf(": ") + 2);
            switch (line.substring(0, line.indexOf(':'))) {
                case "id" -> id = Long.parseLong(value);
                case "event" -> name = value;
                case "data" -> {
                    assertThat(data).as("more than a line of data").isNull();
                    data = value;
                }
                case "retry" -> assertThat(Integer.parseInt(value)).isPositive();
                default -> throw new AssertionError("Not in the contract: " + line);
            }
        }
    }

    private String textLine() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int b = content(); b != '\n'; b = content()) {
            bytes.write(b);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** The next byte of the content, without the chunks' lengths. */
    private int content() throws IOException {
        while (chunkLeft == 0) {
            if (hasBegun) {
                assertThat(line()).isEmpty();
            }
            hasBegun = true;
            chunkLeft = Integer.parseInt(line(), 16);
            if (chunkLeft == 0) {
                throw new EOFException("The response is over");
            }
        }
        chunkLeft--;
        return read();
    }

    private Map<String, String> headers() throws IOException {
        Map<String, String> found = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            found.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return found;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = read(); b != '\n'; b = read()) {
            line.append((char) b);
        }
        return line.substring(0, line.length() - 1);
    }

    private int read() throws IOException {
        if (bytesLeft-- <= 0) {
            throw new EOFException("Cut");
        }
        int b = in.read();
        if (b < 0) {
            throw new EOFException("The server closed the connection");
        }
        return b;
    }

    /** Ends the connection as a network does that is gone, half of the time before what was sent has arrived. */
    @Override
    public void close() throws IOException {
        if (bytesLeft % 2 == 0) {
            socket.setSoLinger(true, 0);
        }
        socket.close();
    }
}
