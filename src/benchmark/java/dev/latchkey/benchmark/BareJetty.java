package dev.latchkey.benchmark;

import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.TestDatabase;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The HTTP server that Latchkey stands on, with the least that one can do with it: {@code GET /bytes} answers a hundred
 * bytes, {@code GET /row} reads them from a row, {@code POST /row/<key>} inserts one, {@code GET /hash} hashes a password. No tokens, no checks, no JSON.
 */
final class BareJetty extends Handler.Abstract {
    private static final String USER = "user";
    private static final String KEY = "key";
    private static final String BODY = "{\"status\":\"success\",\"data\":{\"key\":\"key\",\"value\":\"%s\"}}";
    private static final ByteBuffer BYTES = utf8(BODY.formatted("v".repeat(50)));

    private final ThreadLocal<BareJdbc> readers;
    private final BareJdbc writer;

    private BareJetty(DatabaseSettings settings) throws SQLException {
        readers = ThreadLocal.withInitial(() -> BareJdbc.connect(settings));
        writer = BareJdbc.connect(settings);
        writer.insert(USER, KEY, "v".repeat(50), 0);
    }

    public static void main(String[] arguments) throws Exception {
        BenchmarkLogging.quiet();
        TestDatabase database = new TestDatabase(Engine.valueOf(arguments[0]));
        database.addUser(USER);
        // As many threads, acceptors and selectors as config.yml gives to Latchkey.
        Server server = new Server(new QueuedThreadPool(128, 8));
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory());
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new BareJetty(database.settings()));
        server.start();
        System.out.println("Jetty is up: http://localhost:" + connector.getLocalPort());
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = Request.getPathInContext(request);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        if (path.equals("/bytes")) {
            response.write(true, BYTES.slice(), callback);
        } else if (path.equals("/hash")) {
            response.write(true, ByteBuffer.wrap(hash()), callback);
        } else if (request.getMethod().equals("GET")) {
            response.write(true, utf8(BODY.formatted(readers.get().find(USER, KEY))), callback);
        } else {
            String value = Content.Source.asString(request);
            synchronized (writer) {
                writer.insert(USER, path, value, System.currentTimeMillis());
            }
            response.setStatus(201);
            response.write(true, utf8("{\"status\":\"success\"}"), callback);
        }
        return true;
    }

    /** As {@code config.yml} has it for passwords. */
    private static byte[] hash() {
        Argon2BytesGenerator argon2 = new Argon2BytesGenerator();
        argon2.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withMemoryAsKB(19_456)
                .withIterations(2)
                .withParallelism(1)
                .withSalt(new byte[16])
                .build());
        byte[] hash = new byte[32];
        argon2.generateBytes("secure_password123".getBytes(StandardCharsets.UTF_8), hash);
        return hash;
    }

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
