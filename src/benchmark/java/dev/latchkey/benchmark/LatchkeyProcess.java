package dev.latchkey.benchmark;

import dev.latchkey.Main;
import dev.latchkey.MeasuredLatchkey;
import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.testing.Engine;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Latchkey in a process of its own, with one user who has one entry. */
final class LatchkeyProcess implements AutoCloseable {
    static final String USER = "benchmark";
    static final String KEY = "key";
    static final String VALUE = "v".repeat(50);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final ServerProcess process;
    private final String authorization;

    private LatchkeyProcess(ServerProcess process) throws IOException, InterruptedException {
        this.process = process;
        this.authorization = newUser(USER);
        store(authorization, KEY, VALUE);
    }

    private LatchkeyProcess(ServerProcess process, String authorization) {
        this.process = process;
        this.authorization = authorization;
    }

    /** Another one on the database of {@code first}, with the same user. */
    static LatchkeyProcess beside(LatchkeyProcess first, DatabaseSettings database) throws IOException {
        return new LatchkeyProcess(process(database, Jvm.of(Main.class, "server", "config.yml")), first.authorization);
    }

    /** The {@code Authorization} header of another user, who has {@code largeValues} values of a mebibyte each. */
    String newUser(String name, int largeValues) throws IOException, InterruptedException {
        String header = newUser(name);
        for (int i = 0; i < largeValues; i++) {
            store(header, "large" + i, "v".repeat(1 << 20));
        }
        return header;
    }

    /** The {@code Authorization} header of another user. */
    String newUser(String name) throws IOException, InterruptedException {
        return newSession(name).authorization();
    }

    /** The session of another user. */
    Session newSession(String name) throws IOException, InterruptedException {
        post(
                "/api/register",
                "X-Of: nobody",
                "{" + credentials(name) + ",\"email\":\"" + name
                        + "@example.com\",\"full_name\":\"Benchmark\",\"gender\":\"none\"}");
        return session(name);
    }

    /** The {@code Authorization} header of a user who has the password of all users here. */
    String authorization(String name) throws IOException, InterruptedException {
        return bearer(post("/api/token", "X-Of: nobody", "{" + credentials(name) + "}"));
    }

    private static String bearer(String answer) {
        return "Authorization: Bearer " + member("access_token", answer);
    }

    private Session session(String name) throws IOException, InterruptedException {
        String answer = post("/api/token", "X-Of: nobody", "{" + credentials(name) + ",\"refresh\":true}");
        return new Session(bearer(answer), member("refresh_token", answer));
    }

    /** The {@code Authorization} header of a user who has logged in, and what to refresh it by. */
    record Session(String authorization, String refreshToken) {}

    /** The text under a name in a body of JSON. */
    static String member(String name, String json) {
        return json.replaceAll("(?s).*\"" + name + "\":\"([^\"]*)\".*", "$1");
    }

    private static String credentials(String name) {
        return "\"username\":\"" + name + "\",\"password\":\"secure_password123\"";
    }

    /** The built jar, which the parts need that start the server as operators do. */
    static Path jar() throws IOException {
        Path jar = Path.of("target/latchkey.jar");
        if (!Files.exists(jar)) {
            throw new IOException("There is no " + jar + ": build it first, mvn -q package -DskipTests");
        }
        return jar;
    }

    /** On a store of its own, with Java's own options. */
    static LatchkeyProcess start(Engine engine) throws IOException, InterruptedException {
        return start(engine.newDatabase());
    }

    /** On a store that is there. */
    static LatchkeyProcess start(DatabaseSettings database) throws IOException, InterruptedException {
        return start(database, Jvm.of(Main.class, "server", "config.yml"));
    }

    /** {@code options} are those of Java. */
    static LatchkeyProcess withOptions(Engine engine, List<String> options) throws IOException, InterruptedException {
        return start(engine.newDatabase(), Jvm.of(options, Main.class, "server", "config.yml"));
    }

    /** With {@link Yardsticks} in the same server; {@code options} are those of Java. */
    static LatchkeyProcess measured(Engine engine, List<String> options) throws IOException, InterruptedException {
        return start(engine.newDatabase(), Jvm.of(options, MeasuredLatchkey.class, "server", "config.yml"));
    }

    /** Another Latchkey, with the {@code config.yml} beside its jar: it need not understand this one's. */
    static LatchkeyProcess start(Engine engine, Path jar) throws IOException, InterruptedException {
        return start(
                engine.newDatabase(),
                Jvm.ofJar(jar, "server", jar.resolveSibling("config.yml").toString()));
    }

    /** A jar with options of Java, and this {@code config.yml}. */
    static LatchkeyProcess start(Engine engine, Path jar, List<String> options)
            throws IOException, InterruptedException {
        return start(engine, List.of(), jar, options);
    }

    /** {@code wrapper} is put before the command, such as {@code taskset} with its arguments. */
    static LatchkeyProcess start(Engine engine, List<String> wrapper, Path jar, List<String> options)
            throws IOException, InterruptedException {
        ProcessBuilder builder = Jvm.ofJar(options, jar, "server", "config.yml");
        builder.command().addAll(0, wrapper);
        // With an arena a thread, glibc keeps much of what is freed.
        builder.environment().put("MALLOC_ARENA_MAX", "2");
        return start(engine.newDatabase(), builder);
    }

    private static LatchkeyProcess start(DatabaseSettings database, ProcessBuilder builder)
            throws IOException, InterruptedException {
        return new LatchkeyProcess(process(database, builder));
    }

    private static ServerProcess process(DatabaseSettings database, ProcessBuilder builder) throws IOException {
        builder.environment().keySet().removeIf(name -> name.startsWith("LATCHKEY_"));
        builder.environment()
                .putAll(Map.of(
                        "LATCHKEY_PORT", "0",
                        "LATCHKEY_HOST", "127.0.0.1",
                        "LATCHKEY_ADMIN_PORT", "0",
                        "LATCHKEY_DATABASE_URL", database.url(),
                        "LATCHKEY_DATABASE_USER", database.user() == null ? "" : database.user(),
                        // All load comes from one user and one address; the limits at their price, but out of reach.
                        "LATCHKEY_LIMIT_REGISTRATIONS_PER_ADDRESS", "1000000000/1s",
                        "LATCHKEY_LIMIT_REQUESTS_PER_USER", "1000000000/1s"));
        return ServerProcess.start(builder);
    }

    ServerProcess process() {
        return process;
    }

    /** A request for the entry. */
    String read() {
        return ask("GET /api/data/" + KEY);
    }

    /** A request without a body, with the {@code Authorization} header of {@link #read}. */
    String ask(String line) {
        return HttpLoad.request(line, authorization + "\r\n", "");
    }

    /** A request that changes the entry {@link #KEY} of the user with this {@code Authorization} header. */
    static String update(String header) {
        return HttpLoad.request("PUT /api/data/" + KEY, header + "\r\n", "{\"value\":\"" + VALUE + "\"}");
    }

    /** A request that makes another entry. */
    String create(String key) {
        return HttpLoad.request("POST /api/data", authorization + "\r\n", entry(key, VALUE));
    }

    /** The access token of the user. */
    String token() {
        return authorization.substring("Authorization: Bearer ".length());
    }

    /** Makes another entry. */
    void store(String key) throws IOException, InterruptedException {
        store(authorization, key, VALUE);
    }

    String logIn() {
        return logIn(USER);
    }

    static String logIn(String name) {
        return HttpLoad.request("POST /api/token", "", "{" + credentials(name) + "}");
    }

    void store(String header, String key, String value) throws IOException, InterruptedException {
        post("/api/data", header, entry(key, value));
    }

    /** Does operations on the entries of a user, all or none. */
    void batch(String header, String json) throws IOException, InterruptedException {
        post("/api/data/batch", header, json);
    }

    static String entry(String key, String value) {
        return "{\"key\":\"" + key + "\",\"value\":\"" + value + "\"}";
    }

    private String post(String path, String header, String json) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + process.port() + path))
                .header("Content-Type", "application/json")
                .headers(header.split(": ", 2))
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        var response = HTTP.send(request, BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            throw new IOException(path + " answered " + response.body());
        }
        return response.body();
    }

    @Override
    public void close() throws InterruptedException {
        process.close();
    }
}
