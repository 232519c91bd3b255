package dev.latchkey.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.Engine;
import dev.latchkey.TestDatabase;
import dev.latchkey.problem.ErrorCode;
import dev.latchkey.problem.Problem;
import io.dropwizard.util.Duration;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class PostgresDatabaseTest {
    private static final String QUERY = "SELECT 1";

    /** A network between server and database that can swallow everything: no data, no end, no refusal. */
    private static final class Network implements AutoCloseable {
        private final ServerSocket entrance = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        private final ExecutorService threads = Executors.newCachedThreadPool();
        private volatile boolean swallows;

        Network(int databasePort) throws IOException {
            Future<?> unused = threads.submit(() -> {
                while (true) {
                    Socket client = entrance.accept();
                    Socket database = new Socket(InetAddress.getLoopbackAddress(), databasePort);
                    Future<?> unusedThere = threads.submit(() -> pass(client, database));
                    Future<?> unusedBack = threads.submit(() -> pass(database, client));
                }
            });
        }

        private Void pass(Socket from, Socket to) throws IOException {
            try (from;
                    to) {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                byte[] buffer = new byte[8192];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    if (!swallows) {
                        out.write(buffer, 0, n);
                    }
                }
                return null;
            }
        }

        @Override
        public void close() throws IOException {
            entrance.close();
            threads.shutdownNow();
        }
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aDatabaseThatFallsSilentIsUnavailable() throws Exception {
        DatabaseSettings direct = Engine.POSTGRES.newDatabase();
        int databasePort = URI.create(direct.url().substring("jdbc:".length())).getPort();
        try (Network network = new Network(databasePort)) {
            String url = direct.url().replace(":" + databasePort, ":" + network.entrance.getLocalPort());
            DatabaseSettings settings = new DatabaseSettings(url, direct.user(), null, 1, 0, Duration.seconds(1));
            try (TestDatabase database = new TestDatabase(settings)) {
                assertThat(select(database)).isEqualTo(1);

                network.swallows = true;
                Problem problem = catchThrowableOfType(Problem.class, () -> select(database));
                assertThat(problem.code()).isEqualTo(ErrorCode.UNAVAILABLE);

                network.swallows = false;
                assertThat(select(database)).isEqualTo(1);
            }
        }
    }

    private static int select(TestDatabase database) {
        return database.database()
                .read(handle -> handle.createQuery(QUERY).mapTo(int.class).one());
    }
}
