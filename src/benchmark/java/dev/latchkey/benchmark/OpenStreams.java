package dev.latchkey.benchmark;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Streams of changes that stay open and are read by one thread. */
final class OpenStreams implements AutoCloseable {
    private final Selector selector = Selector.open();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Future<?> work;
    private final int count;
    private volatile boolean over;
    private volatile int begun;
    private volatile int ended;

    private OpenStreams(int port, int count, List<String> authorizations) throws IOException {
        this.count = count;
        InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open(server);
            String headers = authorizations.get(i % authorizations.size()) + "\r\nAccept: text/event-stream\r\n";
            String request = HttpLoad.request("GET /api/changes", headers, "");
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
        }
        this.work = thread.submit(() -> {
            read();
            return null;
        });
    }

    /** Opens that many, evenly for all users, who are given by their {@code Authorization} headers; waits until all have begun. */
    static OpenStreams open(int port, int count, List<String> authorizations) throws Exception {
        OpenStreams streams = new OpenStreams(port, count, authorizations);
        while (streams.begun < count) {
            streams.requireOpen();
            Thread.sleep(10);
        }
        return streams;
    }

    private void read() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
        while (!over) {
            selector.select(100);
            for (SelectionKey key : selector.selectedKeys()) {
                int read = ((SocketChannel) key.channel()).read(buffer.clear());
                if (read < 0) {
                    ended++;
                    key.cancel();
                } else if (key.attachment() == null && isFirst(buffer)) {
                    key.attach(this);
                    begun++;
                }
            }
            selector.selectedKeys().clear();
        }
    }

    private static boolean isFirst(ByteBuffer buffer) {
        return new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII).contains("event: position");
    }

    /** Fails if the figures are of fewer than there should be. */
    void requireOpen() {
        if (work.isDone() || ended > 0) {
            throw new IllegalStateException(ended + " of " + count + " streams have ended");
        }
    }

    @Override
    public void close() throws Exception {
        over = true;
        thread.shutdown();
        work.get();
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
