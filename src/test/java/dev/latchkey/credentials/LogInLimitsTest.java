package dev.latchkey.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import com.google.common.util.concurrent.Uninterruptibles;
import dev.latchkey.server.http.AddressBlock;
import dev.latchkey.server.limits.Client;
import dev.latchkey.server.limits.Limit;
import dev.latchkey.server.limits.LimitSettings;
import dev.latchkey.server.problem.ErrorCode;
import dev.latchkey.server.problem.Problem;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Promise 14: failed log-ins are bounded, softly. */
final class LogInLimitsTest {
    private static final AddressBlock HOME = AddressBlock.ofClient("192.0.2.1");

    private final AtomicLong now = new AtomicLong();
    private final TestDatabase database = new TestDatabase(Engine.SQLITE);
    private final KnownAddresses addresses =
            new KnownAddresses(new KnownAddressStore(database.database()), Clock.systemUTC());
    private final LogInLimits limits = limits("3/3m", "6/6m");

    private LogInLimits limits(String account, String address) {
        LimitSettings settings =
                new LimitSettings(Limit.parse(account), Limit.parse(address), null, null, null, null, null, null, null);
        return new LogInLimits(settings, addresses, new MetricRegistry(), now::get);
    }

    @BeforeEach
    void alicesUserIsAtHome() {
        database.addUser("alice");
        addresses.remember("alice", HOME);
    }

    @AfterEach
    void close() throws Exception {
        database.close();
    }

    /** One attempt: true, false, or refused with the headers of the answer. */
    private record Attempt(String outcome, Map<String, String> headers) {}

    private Attempt attempt(String name, String address, boolean right) {
        Map<String, String> headers = new HashMap<>();
        Client client = new Client(AddressBlock.ofClient(address), headers::put);
        try {
            LogInLimits.Attempt attempt = limits.begin(name, client);
            if (right) {
                attempt.giveBack();
            }
            return new Attempt(right ? "in" : "wrong", headers);
        } catch (Problem problem) {
            assertThat(problem.code()).isEqualTo(ErrorCode.TOO_MANY_REQUESTS);
            return new Attempt("refused", headers);
        }
    }

    private String fail(String name, String address) {
        return attempt(name, address, false).outcome();
    }

    /** Promise 14: for an account, from however many addresses. */
    @Test
    void anAccountsFailuresAreBounded() {
        for (int i = 0; i < 3; i++) {
            assertThat(fail("alice", "198.51.100." + i)).isEqualTo("wrong");
        }
        Attempt refused = attempt("alice", "198.51.100.9", true);
        assertThat(refused.outcome()).isEqualTo("refused");
        assertThat(refused.headers())
                .containsEntry("RateLimit-Policy", "\"login-address\";q=6;w=360, \"login-account\";q=3;w=180")
                .containsEntry("RateLimit", "\"login-address\";r=6;t=0, \"login-account\";r=0;t=60");
        assertThat(fail("bob", "198.51.100.9")).isEqualTo("wrong");
    }

    /** Promise 14: for an address, for however many accounts; whatever they have of one IPv6 network is one address. */
    @Test
    void anAddressFailuresAreBounded() {
        for (int i = 0; i < 6; i++) {
            assertThat(fail("name" + i, "2001:db8::" + i)).isEqualTo("wrong");
        }
        Attempt refused = attempt("name9", "2001:db8::9", true);
        assertThat(refused.outcome()).isEqualTo("refused");
        assertThat(refused.headers()).containsEntry("RateLimit", "\"login-address\";r=0;t=60");
        assertThat(fail("name9", "2001:db8:0:1::9")).isEqualTo("wrong");
    }

    /** Promise 14: successful ones cost nothing. */
    @Test
    void successCostsNothing() {
        for (int i = 0; i < 100; i++) {
            Attempt attempt = attempt("bob", "198.51.100.1", true);
            assertThat(attempt.outcome()).isEqualTo("in");
            assertThat(attempt.headers())
                    .containsEntry("RateLimit", "\"login-address\";r=6;t=0, \"login-account\";r=3;t=0");
        }
    }

    /** Promise 14: nor gives success anything away, such as the failures before it. */
    @Test
    void successTakesNoFailureBack() {
        for (int i = 0; i < 3; i++) {
            assertThat(attempt("mallory", "198.51.100.1", true).outcome()).isEqualTo("in");
            assertThat(fail("alice", "198.51.100.1")).isEqualTo("wrong");
        }
        assertThat(fail("alice", "198.51.100.1")).isEqualTo("refused");
    }

    /** Promise 14: refusals for an account do not use up what others at the same address have. */
    @Test
    void aRefusalCostsNothing() {
        for (int i = 0; i < 100; i++) {
            fail("alice", "198.51.100.1");
        }
        assertThat(fail("bob", "198.51.100.1")).isEqualTo("wrong");
    }

    /** Promise 14: an attacker cannot lock the owner out. */
    @Test
    void theOwnerAtAKnownAddressGetsThrough() {
        for (int i = 0; i < 50; i++) {
            fail("alice", "198.51.100." + i);
        }
        assertThat(attempt("alice", "198.51.100.200", true).outcome()).isEqualTo("refused");
        assertThat(attempt("alice", "192.0.2.1", true).outcome()).isEqualTo("in");
        // There too, guessing is bounded.
        for (int i = 0; i < 3; i++) {
            assertThat(fail("alice", "192.0.2.1")).isEqualTo("wrong");
        }
        assertThat(attempt("alice", "192.0.2.1", true).outcome()).isEqualTo("refused");
    }

    /** Promise 14: not for good, even where nothing tells the owner from the attacker. */
    @Test
    void aBucketRefills() {
        for (int i = 0; i < 3; i++) {
            fail("bob", "198.51.100.1");
        }
        assertThat(attempt("bob", "198.51.100.1", true).outcome()).isEqualTo("refused");
        now.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(attempt("bob", "198.51.100.1", true).outcome()).isEqualTo("in");
    }

    /** Promise 14: a name that nobody has is limited as any other. */
    @Test
    void aNameThatNobodyHasIsTreatedAlike() {
        for (int i = 0; i < 6; i++) {
            assertThat(attempt("alice", "198.51.100." + i, false))
                    .isEqualTo(attempt("nobody", "203.0.113." + i, false));
        }
    }

    /** Promise 14: however many at once; no password is found wrong before all have asked. */
    @Test
    void parallelAttemptsDoNotOvershoot() throws Exception {
        int attackers = 32;
        ExecutorService threads = Executors.newFixedThreadPool(attackers);
        AtomicInteger tried = new AtomicInteger();
        CountDownLatch allHaveAsked = new CountDownLatch(attackers);
        try {
            List<Future<?>> attempts = new ArrayList<>();
            for (int i = 0; i < attackers; i++) {
                Client client = new Client(AddressBlock.ofClient("198.51.100." + i), (name, value) -> {});
                attempts.add(threads.submit(() -> {
                    try {
                        limits.begin("alice", client);
                        tried.incrementAndGet();
                        allHaveAsked.countDown();
                        Uninterruptibles.awaitUninterruptibly(allHaveAsked);
                    } catch (Problem refused) {
                        assertThat(refused.code()).isEqualTo(ErrorCode.TOO_MANY_REQUESTS);
                        allHaveAsked.countDown();
                    }
                }));
            }
            for (Future<?> attempt : attempts) {
                attempt.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(tried).hasValue(3);
    }

    @Test
    void offIsNoLimitAndNoHeader() {
        LogInLimits off = limits("off", "off");
        Map<String, String> headers = new HashMap<>();
        Client client = new Client(HOME, headers::put);
        for (int i = 0; i < 1000; i++) {
            off.begin("alice", client);
        }
        assertThat(headers).isEmpty();
    }
}
