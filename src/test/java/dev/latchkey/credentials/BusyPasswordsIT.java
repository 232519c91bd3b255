package dev.latchkey.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ServerExtension;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** More log-ins than passwords can be hashed. */
final class BusyPasswordsIT {
    private static final int CLIENTS = 16;
    private static final int LOG_INS_EACH = 3;

    @RegisterExtension
    static final ServerExtension SERVER = new ServerExtension(
            Engine.SQLITE, "passwords.threads", "1", "passwords.queue", "1", "passwords.memory", "19456");

    /** Promise 13. */
    @Test
    void whatIsTooMuchIsRefusedAndTheDataGoOn() throws Exception {
        Api api = SERVER.api();
        String username = Api.newName();
        api.register(username);
        String token = api.newToken();
        api.create(token, "greeting", "hello");

        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        CyclicBarrier start = new CyclicBarrier(CLIENTS + 1);
        List<Future<List<String>>> storm = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            storm.add(clients.submit(() -> {
                start.await();
                List<String> outcomes = new ArrayList<>();
                for (int j = 0; j < LOG_INS_EACH; j++) {
                    // Each 503 has its Retry-After: the contract requires the header.
                    outcomes.add(api.logIn(username, Api.PASSWORD).outcome());
                }
                return outcomes;
            }));
        }
        clients.shutdown();
        start.await();
        do {
            assertThat(api.read(token, "greeting").status()).isEqualTo(200);
        } while (!clients.isTerminated());

        List<String> outcomes = new ArrayList<>();
        for (Future<List<String>> client : storm) {
            outcomes.addAll(client.get());
        }
        assertThat(outcomes).hasSize(CLIENTS * LOG_INS_EACH).contains("200", "503 UNAVAILABLE");
        assertThat(outcomes).containsOnly("200", "503 UNAVAILABLE");
        assertThat(api.logIn(username, Api.PASSWORD).status()).isEqualTo(200);

        JsonNode metrics =
                new ObjectMapper().readTree(SERVER.admin().resolve("/metrics").toURL());
        assertThat(metrics.at("/gauges/passwords.pool.max/value").asInt()).isEqualTo(1);
        assertThat(metrics.at("/gauges/passwords.tasks.queued/value").asInt()).isZero();
        assertThat(metrics.at("/gauges/passwords.tasks.capacity/value").asInt()).isEqualTo(1);
        // Most before anything was done for them, the others where the last place was taken meanwhile.
        assertThat(metrics.at("/counters/passwords.rejected/count").asInt()
                        + metrics.at("/meters/requests.turned-away/count").asInt())
                .isEqualTo(Collections.frequency(outcomes, "503 UNAVAILABLE"));
        // Two registrations, a log-in before and one after, and those that were not refused.
        int hashed = 4 + Collections.frequency(outcomes, "200");
        assertThat(metrics.at("/timers/passwords.idle/count").asInt()).isEqualTo(hashed);
    }
}
