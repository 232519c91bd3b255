package dev.latchkey.benchmark;

import dev.latchkey.LatchkeyApplication;
import dev.latchkey.database.DatabaseSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Latchkey over HTTP beside bare Jetty, each in its own process, with 64 clients. */
final class ServerRuns implements AutoCloseable {
    static final String JETTY = "bare Jetty, 100 bytes: requests/s";
    static final String JETTY_READ = "bare Jetty and bare JDBC, read: requests/s";
    static final String JETTY_WRITE = "bare Jetty and bare JDBC, insert: requests/s";
    static final String READ = "Latchkey, GET /api/data/{key}: requests/s";
    static final String WRITE = "Latchkey, POST /api/data: requests/s";

    private static final int CLIENTS = 64;
    private static final String VALUE = "v".repeat(50);

    private final AtomicLong keys = new AtomicLong();
    private final Plan plan;
    private final ServerProcess jetty;
    private final ServerProcess latchkey;
    private final List<Load> loads;

    private record Load(String name, ServerProcess server, int status, Supplier<String> requests) {}

    private ServerRuns(Plan plan, ServerProcess jetty, ServerProcess latchkey)
            throws IOException, InterruptedException {
        this.plan = plan;
        this.jetty = jetty;
        this.latchkey = latchkey;
        String headers = "Authorization: Bearer " + newToken() + "\r\n";
        String bytes = HttpLoad.request("GET /bytes", "", "");
        String row = HttpLoad.request("GET /row", "", "");
        String entry = HttpLoad.request("GET /api/data/key", headers, "");
        Supplier<String> newRow = () -> HttpLoad.request("POST /row/" + keys.incrementAndGet(), "", VALUE);
        Supplier<String> newEntry =
                () -> HttpLoad.request("POST /api/data", headers, entry(Long.toString(keys.incrementAndGet())));
        loads = List.of(
                new Load(JETTY, jetty, 200, () -> bytes),
                new Load(JETTY_READ, jetty, 200, () -> row),
                new Load(READ, latchkey, 200, () -> entry),
                new Load(JETTY_WRITE, jetty, 201, newRow),
                new Load(WRITE, latchkey, 201, newEntry));
        post("/api/data", headers.strip(), entry("key"));
    }

    /** Starts both servers. */
    static ServerRuns start(Plan plan) throws IOException, InterruptedException {
        DatabaseSettings database = plan.engine().newDatabase();
        ProcessBuilder builder = Jvm.of(LatchkeyApplication.class, "server", "config.yml");
        builder.environment().keySet().removeIf(name -> name.startsWith("LATCHKEY_"));
        builder.environment()
                .putAll(Map.of(
                        "LATCHKEY_PORT", "0",
                        "LATCHKEY_HOST", "127.0.0.1",
                        "LATCHKEY_ADMIN_PORT", "0",
                        "LATCHKEY_DATABASE_URL", database.url(),
                        "LATCHKEY_DATABASE_USER", database.user() == null ? "" : database.user()));
        return new ServerRuns(
                plan, ServerProcess.start(Jvm.of(BareJetty.class, plan.engine().name())), ServerProcess.start(builder));
    }

    /** A cold JVM is many times slower. */
    void warmUp() throws Exception {
        for (Load load : loads) {
            HttpLoad.rate(load.server().port(), CLIENTS, plan.serverWarmUp(), load.status(), load.requests());
        }
    }

    /** One after the other: there is never more than one server at work. */
    void round(Measurements measurements) throws Exception {
        for (Load load : loads) {
            measurements.add(
                    load.name(),
                    HttpLoad.rate(load.server().port(), CLIENTS, plan.measurement(), load.status(), load.requests()));
        }
    }

    private static String entry(String key) {
        return "{\"key\":\"" + key + "\",\"value\":\"" + VALUE + "\"}";
    }

    private String newToken() throws IOException, InterruptedException {
        String credentials = "\"username\":\"benchmark\",\"password\":\"secure_password123\"";
        post(
                "/api/register",
                "X-Of: nobody",
                "{" + credentials
                        + ",\"email\":\"benchmark@example.com\",\"full_name\":\"Benchmark\",\"gender\":\"none\"}");
        return post("/api/token", "X-Of: nobody", "{" + credentials + "}")
                .replaceAll("(?s).*\"access_token\":\"([^\"]*)\".*", "$1");
    }

    private String post(String path, String header, String json) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + latchkey.port() + path))
                .header("Content-Type", "application/json")
                .headers(header.split(": ", 2))
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            throw new IOException(path + " answered " + response.body());
        }
        return response.body();
    }

    @Override
    public void close() throws InterruptedException {
        latchkey.close();
        jetty.close();
    }
}
