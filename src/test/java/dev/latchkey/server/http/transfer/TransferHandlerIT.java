package dev.latchkey.server.http.transfer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import dev.latchkey.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The moments in which two of those that have to do with a transfer end it, on a bare Jetty. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TransferHandlerIT {
    private static final int MAX_BYTES = 1 << 20;
    private static final int LARGE = 512 << 10;

    private final MetricRegistry metrics = new MetricRegistry();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch work = new CountDownLatch(1);
    private final List<Client> clients = new ArrayList<>();

    private Server server;
    private ServerConnector connector;
    private volatile Runnable whenTimedOut = () -> {};
    private volatile Runnable whenEvicted = () -> {};

    private void start(QueuedThreadPool pool) throws Exception {
        server = new Server(pool);
        connector = new ServerConnector(server, 1, 1);
        metrics.register("requests.transfers.timed-out", meter(() -> whenTimedOut.run()));
        metrics.register("requests.transfers.evicted", meter(() -> whenEvicted.run()));
        connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
        connector.setAcceptQueueSize(2_000);
        // The system must not take in an answer that nobody reads.
        connector.setAcceptedSendBufferSize(16 << 10);
        server.addConnector(connector);
        TransferHandler transfers = new TransferHandler(new Rules(), MAX_BYTES, timer, metrics);
        transfers.setHandler(new Length(begun, work));
        server.setHandler(transfers);
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        work.countDown();
        for (Client client : clients) {
            client.socket.close();
        }
        server.stop();
        timer.shutdownNow();
    }

    /** It is marked between the decision and the deed. */
    private static Meter meter(Runnable work) {
        return new Meter() {
            @Override
            public void mark() {
                super.mark();
                work.run();
            }
        };
    }

    private long gauge(String name) {
        Gauge<?> gauge = metrics.getGauges().get("requests.transfers." + name);
        return ((Number) gauge.getValue()).longValue();
    }

    private Client client() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4 << 10);
        socket.setSoTimeout(20_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), connector.getLocalPort()));
        Client client = new Client(socket);
        clients.add(client);
        return client;
    }

    private static String post(String path, int length) {
        return "POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n";
    }

    @Test
    void whatIsCompleteAtLastIsAnsweredAndTheNextSlowOneIsFound() throws Exception {
        start(new QueuedThreadPool(8, 4));
        Client client = client();
        List<String> answers = new CopyOnWriteArrayList<>();
        whenTimedOut = () -> {
            if (answers.isEmpty()) {
                client.send("x");
                answers.add(client.answer());
                // By the end of this one the first is forgotten.
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                answers.add(client.answer());
            }
        };
        client.send(post("/refused", 2) + "x");
        Await.until(() -> answers.size() >= 2);
        assertThat(answers).containsExactly("200 for 1", "200 for 0");
        client.send(post("/", 2) + "xx");
        assertThat(client.answer()).isEqualTo("200 for 2");

        Client slow = client();
        slow.send(post("/refused", 2) + "x");
        assertThat(slow.answer()).isEqualTo("200 for 1");
        awaitNoneHeld();
    }

    @Test
    void aConnectionIsNotClosedForAnAnswerThatIsRead() throws Exception {
        start(new QueuedThreadPool(8, 4));
        Client client = client();
        List<String> answers = new CopyOnWriteArrayList<>();
        whenEvicted = () -> {
            answers.add(client.answer());
            // By the end of this one the server, too, knows that the first is read.
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            answers.add(client.answer());
        };
        client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
        Await.until(() -> gauge("waiting") != 0);
        Client other = client();
        other.send(post("/", LARGE) + "x".repeat(LARGE));
        assertThat(other.answer()).isEqualTo("200 for " + LARGE);
        assertThat(answers).containsExactly("200 for 0", "200 for 0");
        client.send(post("/", 2) + "xx");
        assertThat(client.answer()).isEqualTo("200 for 2");
        awaitNoneHeld();
    }

    /** The memory would not grow by theirs; and so many, ended one inside the other, were more than a stack holds. */
    @Test
    void whoHoldsNothingIsNotEvicted() throws Exception {
        start(new QueuedThreadPool(8, 4));
        List<Client> small = new ArrayList<>();
        for (int i = 0; i < 1_500; i++) {
            Client client = client();
            client.send(post("/", 2) + "x");
            small.add(client);
        }
        List<Client> large = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Client client = client();
            client.send(post("/", LARGE) + "x".repeat(LARGE - 1));
            large.add(client);
        }
        assertThat(firstAnswer(large)).startsWith("503");
        for (Client client : small) {
            if (client.hasAnswer()) {
                assertThat(client.answer()).as("where it takes that long").startsWith("408");
            }
        }
        assertThat(metrics.meter("requests.transfers.evicted").getCount()).isLessThanOrEqualTo(4);
    }

    /** What is worked on has it, and keeps it: answers do without, and are as whole as ever. */
    @Test
    void whereThereIsNoMemoryAnAnswerIsWholeAllTheSame() throws Exception {
        start(new QueuedThreadPool(8, 4));
        Client worked = client();
        worked.send(post("/slow", LARGE) + "x".repeat(LARGE));
        // The first bytes of a body are not counted.
        Await.until(() -> gauge("bytes") >= LARGE - 1_024);
        for (int i = 0; i < 5; i++) {
            Client client = client();
            client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.answer()).isEqualTo("200 for 0");
        }
        work.countDown();
        assertThat(worked.answer()).isEqualTo("200 for " + LARGE);
        awaitNoneHeld();
    }

    /** As a batch that waits for its group: no thread is with it any more, but what was made of its body is still in memory. */
    @Test
    void aLargeBodyKeepsItsTurnUntilItsAnswer() throws Exception {
        start(new QueuedThreadPool(8, 4));
        int size = MAX_BYTES * 3 / 10;
        Client worked = client();
        worked.send(post("/later", size) + "x".repeat(size));
        begun.await();
        Client next = client();
        next.send(post("/", size) + "x".repeat(size));
        Await.until(() -> gauge("bytes") >= 2L * size - 2_048);
        Client small = client();
        small.send(post("/", 2) + "xx");
        assertThat(small.answer()).isEqualTo("200 for 2");
        assertThat(next.hasAnswer()).isFalse();

        work.countDown();
        assertThat(worked.answer()).isEqualTo("200 for " + size);
        assertThat(next.answer()).isEqualTo("200 for " + size);
        awaitNoneHeld();
    }

    /** It is not the client's fault, nor one of the server, that there is no thread for what is complete. */
    @Test
    void moreThanCanWaitForAThreadAreToldToComeBack() throws Exception {
        start(new QueuedThreadPool(8, 4));
        List<Client> all = new ArrayList<>();
        for (int i = 0; i < TransferHandler.MAX_WAITING + 20; i++) {
            Client client = client();
            client.send(post("/slow", 2) + "x");
            all.add(client);
            Await.until(() -> gauge("waiting") >= all.size());
        }
        for (Client client : all) {
            client.send("x");
        }
        Await.until(() -> gauge("waiting") == 0);
        work.countDown();
        List<String> answers = all.stream().map(Client::answer).toList();
        assertThat(answers).containsOnly("200 for 2", "503").contains("200 for 2", "503");
        awaitNoneHeld();
    }

    /** All of them have something, and end each other as they are told of it. */
    @Test
    void asManyAreEvictedAsThereAre() throws Exception {
        start(new QueuedThreadPool(8, 4));
        List<Client> all = new ArrayList<>();
        for (int i = 0; i < 1_500; i++) {
            Client client = client();
            client.send(post("/", 2_000) + "x".repeat(600));
            all.add(client);
        }
        Await.until(() ->
                gauge("waiting") + metrics.meter("requests.transfers.timed-out").getCount() >= all.size());
        Client large = client();
        large.send(post("/", LARGE) + "x".repeat(LARGE));
        assertThat(large.answer()).isEqualTo("200 for " + LARGE);
        assertThat(metrics.meter("requests.transfers.evicted").getCount()).isPositive();
        assertThat(firstAnswer(all)).containsAnyOf("503", "408");
        for (Client client : all) {
            client.socket.close();
        }
        awaitNoneHeld();
    }

    private static String firstAnswer(List<Client> clients) throws IOException {
        while (true) {
            for (Client client : clients) {
                if (client.hasAnswer()) {
                    return client.answer();
                }
            }
        }
    }

    private void awaitNoneHeld() {
        Await.until(() -> gauge("bytes") == 0);
    }

    private record Rules() implements BodyRules {
        @Override
        public long standardBytes() {
            return 64 << 10;
        }

        @Override
        public Rule of(Request request) {
            return request.getHttpURI().getPath().equals("/refused") ? Rule.NONE : new Rule(LARGE, false);
        }

        @Override
        public long largestAnswer() {
            return 16 << 20;
        }
    }

    /** Answers with how long the body was, or at great length. */
    private static final class Length extends Handler.Abstract {
        private final CountDownLatch begun;
        private final CountDownLatch work;

        Length(CountDownLatch begun, CountDownLatch work) {
            this.begun = begun;
            this.work = work;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            if (request.getHttpURI().getPath().equals("/large")) {
                int length = MAX_BYTES - 1_000;
                response.getHeaders().put("For", 0).put(HttpHeader.CONTENT_LENGTH, length);
                response.write(true, ByteBuffer.allocate(length), callback);
                return true;
            }
            if (request.getHttpURI().getPath().equals("/slow")) {
                work.await();
            }
            if (request.getHttpURI().getPath().equals("/later")) {
                begun.countDown();
                new Thread(() -> answerLater(request, response, callback)).start();
                return true;
            }
            answer(request, response, callback);
            return true;
        }

        private void answerLater(Request request, Response response, Callback callback) {
            try {
                work.await();
                answer(request, response, callback);
            } catch (InterruptedException | IOException e) {
                callback.failed(e);
            }
        }

        private static void answer(Request request, Response response, Callback callback) throws IOException {
            response.getHeaders()
                    .put("For", Content.Source.asByteBuffer(request).remaining());
            response.write(true, null, callback);
        }
    }

    private record Client(Socket socket) {
        private void send(String bytes) {
            try {
                socket.getOutputStream().write(bytes.getBytes(US_ASCII));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        private boolean hasAnswer() throws IOException {
            return socket.getInputStream().available() > 0;
        }

        /** Its status and how long the body was to which it is an answer. */
        private String answer() {
            try {
                String status = line().split(" ")[1];
                String length = "";
                int rest = 0;
                for (String line = line(); !line.isEmpty(); line = line()) {
                    if (line.startsWith("For: ")) {
                        length = " for " + line.substring(5);
                    }
                    if (line.startsWith("Content-Length: ")) {
                        rest = Integer.parseInt(line.substring(16));
                    }
                }
                assertThat(socket.getInputStream().readNBytes(rest)).hasSize(rest);
                return status + length;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int b = socket.getInputStream().read();
                    b != '\n';
                    b = socket.getInputStream().read()) {
                assertThat(b).as("after " + line).isNotNegative();
                line.append((char) b);
            }
            return line.toString().strip();
        }
    }
}
