package dev.latchkey.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Clients of a Latchkey that has {@link #USERS} users, each with {@link #KEYS} entries and a page of more to list. */
final class BeforeClients {
    private static final int CLIENTS = 64;
    /** Passwords are hashed by a few threads; more clients would only wait for each other. */
    private static final int CLIENTS_LOGGING_IN = 8;

    private static final int USERS = 20;
    private static final int KEYS = 10;
    private static final int PAGE = 100;
    private static final String VALUE = "v".repeat(100);

    private final List<String> users;
    private final List<HttpLoad.Client> sessions;
    private final AtomicLong created = new AtomicLong();

    private BeforeClients(List<String> users, List<HttpLoad.Client> sessions) {
        this.users = users;
        this.sessions = sessions;
    }

    /** Stores what they need to ask for those kinds: a release of before there were lists can be compared in other ways. */
    static BeforeClients of(LatchkeyProcess latchkey, List<BeforeRuns.Kind> kinds)
            throws IOException, InterruptedException {
        List<String> users = new ArrayList<>();
        List<HttpLoad.Client> sessions = new ArrayList<>();
        for (int i = 0; i < USERS; i++) {
            LatchkeyProcess.Session session = latchkey.newSession(name(i));
            String user = session.authorization();
            for (int key = 0; key < KEYS; key++) {
                latchkey.store(user, Integer.toString(key), VALUE);
            }
            if (kinds.contains(BeforeRuns.Kind.LIST)) {
                latchkey.batch(user, puts(PAGE, key -> "page/" + key));
            }
            users.add(user);
            sessions.add(new RefreshingClient(session.refreshToken()));
        }
        return new BeforeClients(users, sessions);
    }

    private static String name(int user) {
        return "user" + user;
    }

    /** Who asks for that, all at once. A session is refreshed by one client, from the token that it has got last. */
    List<HttpLoad.Client> asking(BeforeRuns.Kind kind) {
        return switch (kind) {
            case REFRESH -> sessions;
            case LOG_IN ->
                Collections.nCopies(
                        CLIENTS_LOGGING_IN,
                        () -> LatchkeyProcess.logIn(
                                name(ThreadLocalRandom.current().nextInt(USERS))));
            default -> Collections.nCopies(CLIENTS, () -> request(kind));
        };
    }

    private String request(BeforeRuns.Kind kind) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String headers = users.get(random.nextInt(USERS)) + "\r\n";
        String path = "/api/data/" + random.nextInt(KEYS);
        return switch (kind) {
            case UPDATE -> HttpLoad.request("PUT " + path, headers, "{\"value\":\"" + VALUE + "\"}");
            case CREATE ->
                HttpLoad.request(
                        "POST /api/data", headers, LatchkeyProcess.entry("new" + created.incrementAndGet(), VALUE));
            case READ -> HttpLoad.request("GET " + path, headers, "");
            case LIST -> HttpLoad.request("GET /api/data?prefix=page%2F", headers, "");
            case BATCH -> HttpLoad.request("POST /api/data/batch", headers, puts(KEYS, Integer::toString));
            case REFRESH, LOG_IN -> throw new IllegalArgumentException("Not of an access token: " + kind);
        };
    }

    private static String puts(int count, IntFunction<String> key) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"op\":\"put\",\"key\":\"" + key.apply(i) + "\",\"value\":\"" + VALUE + "\"}")
                .collect(Collectors.joining(",", "{\"operations\":[", "]}"));
    }

    /** A session that is refreshed again and again, each time by the token that the time before gave. */
    private static final class RefreshingClient implements HttpLoad.Client {
        private volatile String token;

        RefreshingClient(String token) {
            this.token = token;
        }

        @Override
        public String request() {
            return HttpLoad.request("POST /api/token/refresh", "", "{\"refresh_token\":\"" + token + "\"}");
        }

        @Override
        public void answered(byte[] body) {
            token = LatchkeyProcess.member("refresh_token", new String(body, StandardCharsets.US_ASCII));
        }
    }
}
