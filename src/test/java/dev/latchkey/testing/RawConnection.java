package dev.latchkey.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/** A TCP connection that sends bytes exactly as they are given, where an HTTP client would correct or refuse them. */
public final class RawConnection implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream in;

    private RawConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    public static RawConnection to(ServerExtension server) throws IOException {
        return to(server, new Socket());
    }

    /** With TLS, by the name {@code localhost}; the handshake is done when this returns. */
    public static RawConnection toTls(ServerExtension server, SSLContext trust) throws IOException {
        SSLSocket socket = (SSLSocket) trust.getSocketFactory().createSocket();
        RawConnection connection = to(server, socket);
        socket.startHandshake();
        return connection;
    }

    /** To a server on this machine. */
    public static RawConnection to(int port) throws IOException {
        return to(port, new Socket());
    }

    /** One for which the system keeps little of what is not read. */
    public static RawConnection narrow(ServerExtension server) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4 << 10);
        return to(server, socket);
    }

    private static RawConnection to(ServerExtension server, Socket socket) throws IOException {
        return to(server.port(), socket);
    }

    private static RawConnection to(int port, Socket socket) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
        return new RawConnection(socket);
    }

    /** Sends a request with a {@code Host} on a connection of its own; {@code rest} is further headers, CRLF and body. */
    public static Exchange exchange(ServerExtension server, String method, String path, String rest)
            throws IOException {
        try (RawConnection connection = to(server)) {
            return connection
                    .send(method + " " + path + " HTTP/1.1\r\nHost: a\r\n" + rest)
                    .answer(method, path);
        }
    }

    /** Of a connection with TLS. */
    public SSLSession session() {
        return ((SSLSocket) socket).getSession();
    }

    /** Sends one byte for each character, which must not be above U+00FF. */
    public RawConnection send(String bytes) throws IOException {
        return send(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawConnection send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Says that nothing more will be sent, and still listens. */
    public RawConnection endSending() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Reads all that comes, until the server closes the connection. */
    public void skipToEnd() throws IOException {
        try {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (SocketException reset) {
            // That is an end as well.
        }
    }

    /** Ends the connection without a word (RST), whatever is on its way. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Whether something has come that was not read yet. */
    public boolean hasAnswer() throws IOException {
        return in.available() > 0;
    }

    /** Sends a request, and waits for the first byte of its answer; false if the server closes the connection without one. */
    public boolean isTaken(String request) {
        try {
            send(request);
            in.mark(1);
            boolean isTaken = in.read() >= 0;
            in.reset();
            return isTaken;
        } catch (SocketTimeoutException e) {
            throw new AssertionError("No answer, and no end of the connection", e);
        } catch (IOException closed) {
            return false;
        }
    }

    /** The next bytes, whatever they are; fewer if the server closes the connection before. */
    public byte[] bytes(int count) throws IOException {
        return in.readNBytes(count);
    }

    /** The next answer, which must be one that the contract declares for this request. */
    public Exchange answer(String method, String path) throws IOException {
        String[] statusLine = line().split(" ", 3);
        while (statusLine[1].equals("100")) {
            headers();
            statusLine = line().split(" ", 3);
        }
        if (!statusLine[0].equals("HTTP/1.1")) {
            throw new AssertionError("Not an HTTP/1.1 response: " + String.join(" ", statusLine));
        }
        int status = Integer.parseInt(statusLine[1]);
        Map<String, List<String>> headers = headers();
        boolean bodiless = method.equals("HEAD") || status == 204 || status == 304;
        String body = new String(bodiless ? new byte[0] : body(headers), StandardCharsets.UTF_8);
        Exchange exchange = new Exchange(method, path.replaceFirst("[?].*", ""), status, headers, body);
        Contract.check(exchange);
        Prism.check(exchange);
        return exchange;
    }

    /** Waits for the next answer, and whether it is 100 (Continue); that is still to be read then. */
    public boolean isToldToContinue() throws IOException {
        byte[] expected = "HTTP/1.1 100".getBytes(StandardCharsets.US_ASCII);
        in.mark(expected.length);
        byte[] start = in.readNBytes(expected.length);
        in.reset();
        return Arrays.equals(start, expected);
    }

    /** Reads an interim response (RFC 9110, section 15.2), which has neither body nor headers of interest. */
    public int interimStatus() throws IOException {
        int status = Integer.parseInt(line().split(" ", 3)[1]);
        headers();
        return status;
    }

    /** Waits for the server to close the connection; whatever else comes fails the test. */
    public void expectEnd() throws IOException {
        int next;
        try {
            next = in.read();
        } catch (SocketException reset) {
            return;
        }
        if (next >= 0) {
            byte[] more = in.readNBytes(Math.min(in.available(), 2_000));
            throw new AssertionError("More came: " + (char) next + new String(more, StandardCharsets.ISO_8859_1));
        }
    }

    private Map<String, List<String>> headers() throws IOException {
        Map<String, List<String>> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        return headers;
    }

    private byte[] body(Map<String, List<String>> headers) throws IOException {
        if (headers.containsKey("transfer-encoding")) {
            return chunks();
        }
        int length = Integer.parseInt(headers.get("content-length").get(0));
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("The body ended after " + body.length + " of " + length + " bytes");
        }
        return body;
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
            body.write(in.readNBytes(size));
            line();
        }
        headers();
        return body.toByteArray();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("The server closed the connection after \"" + line + '"');
            }
            line.append((char) b);
        }
        if (line.length() == 0 || line.charAt(line.length() - 1) != '\r') {
            throw new AssertionError("A line without CR: " + line);
        }
        return line.substring(0, line.length() - 1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
