package dev.latchkey.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A response of {@link StubServer} that a test writes piece by piece, before it is asked for or while it is read. */
final class StubStream {
    private static final int SECONDS = 30;

    private final BlockingQueue<Step> steps = new LinkedBlockingQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Gives whether there is more. */
    @FunctionalInterface
    private interface Step {
        boolean run(OutputStream out) throws IOException;
    }

    static StubStream of(String... pieces) {
        StubStream stream = new StubStream();
        for (String piece : pieces) {
            stream.send(piece);
        }
        return stream;
    }

    static String put(long revision, String key, String value) {
        return "id: " + revision + "\nevent: change\ndata: {\"revision\":" + revision + ",\"type\":\"put\",\"key\":\""
                + key + "\",\"value\":\"" + value + "\",\"etag\":\"\\\"" + revision + "\\\"\"}\n\n";
    }

    static String position(long revision) {
        return "id: " + revision + "\nevent: position\ndata: {\"revision\":" + revision + "}\n\n";
    }

    static String end(String reason, long revision) {
        return "id: " + revision + "\nevent: end\ndata: {\"reason\":\"" + reason + "\",\"revision\":" + revision
                + "}\n\n";
    }

    StubStream send(String piece) {
        return send(piece.getBytes(StandardCharsets.UTF_8));
    }

    StubStream send(byte[] piece) {
        return then(out -> {
            out.write(piece);
            out.flush();
            return true;
        });
    }

    /** The regular end of the body. */
    StubStream end() {
        return then(out -> {
            out.close();
            return false;
        });
    }

    /** The connection breaks. */
    StubStream cut() {
        return then(out -> {
            throw new IOException("cut");
        });
    }

    private StubStream then(Step step) {
        steps.add(step);
        return this;
    }

    /** Waits until the client has ended the request, although there would be more. */
    void awaitClosed() throws InterruptedException {
        then(out -> {
            while (true) {
                out.write(":\n".getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        });
        assertThat(closed.await(SECONDS, TimeUnit.SECONDS)).as("closed").isTrue();
    }

    /** What the server does in its thread. */
    void write(OutputStream out) throws IOException {
        try {
            // From Java 25 on, the head would be sent with the first piece only.
            out.flush();
            boolean hasMore = true;
            while (hasMore) {
                Step step = steps.poll(SECONDS, TimeUnit.SECONDS);
                hasMore = step != null && step.run(out);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            closed.countDown();
            throw e;
        }
    }
}
