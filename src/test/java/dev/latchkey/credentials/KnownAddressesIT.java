package dev.latchkey.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.http.AddressBlock;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Promise 14: by these addresses an owner is told from an attacker. */
@ParameterizedClass
@EnumSource(Engine.class)
final class KnownAddressesIT {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    private final TestDatabase database;
    private final KnownAddressStore store;

    KnownAddressesIT(Engine engine) {
        database = new TestDatabase(engine);
        store = new KnownAddressStore(database.database());
    }

    @BeforeEach
    void addUsers() {
        database.addUser("alice");
        database.addUser("bob");
    }

    @AfterEach
    void close() throws Exception {
        database.close();
    }

    private KnownAddresses after(Duration time) {
        return new KnownAddresses(store, Clock.fixed(NOW.plus(time), ZoneOffset.UTC));
    }

    private static AddressBlock address(int number) {
        return AddressBlock.ofClient("192.0.2." + number);
    }

    private List<Long> times() {
        return database.database()
                .read(handle -> handle.createQuery("SELECT last_login_at FROM login_addresses ORDER BY address")
                        .mapTo(Long.class)
                        .list());
    }

    @Test
    void eachUserHasTheirOwn() {
        after(Duration.ZERO).remember("alice", address(1));

        assertThat(after(Duration.ZERO).find("alice", address(1))).contains(new KnownAddresses.Account("alice", true));
        assertThat(after(Duration.ZERO).find("alice", address(2))).contains(new KnownAddresses.Account("alice", false));
        assertThat(after(Duration.ZERO).find("bob", address(1))).contains(new KnownAddresses.Account("bob", false));
        assertThat(after(Duration.ZERO).find("nobody", address(1))).isEmpty();
    }

    @Test
    void aNetworkIsOneAddress() {
        after(Duration.ZERO).remember("alice", AddressBlock.ofClient("2001:db8::1"));
        after(Duration.ZERO).remember("alice", AddressBlock.ofClient("2001:db8::2"));

        assertThat(times()).hasSize(1);
        assertThat(after(Duration.ZERO).find("alice", AddressBlock.ofClient("2001:db8::ffff")))
                .contains(new KnownAddresses.Account("alice", true));
    }

    @Test
    void isWrittenOnceADay() {
        after(Duration.ZERO).remember("alice", address(1));
        after(Duration.ofHours(24)).remember("alice", address(1));
        assertThat(times()).containsExactly(NOW.toEpochMilli());
        after(Duration.ofHours(25)).remember("alice", address(1));
        assertThat(times()).containsExactly(NOW.plus(Duration.ofHours(25)).toEpochMilli());
    }

    @Test
    void isForgottenAfterNinetyDays() {
        after(Duration.ZERO).remember("alice", address(1));

        assertThat(after(Duration.ofDays(90)).find("alice", address(1)))
                .contains(new KnownAddresses.Account("alice", true));
        assertThat(after(Duration.ofDays(91)).find("alice", address(1)))
                .contains(new KnownAddresses.Account("alice", false));
        after(Duration.ofDays(91)).remember("alice", address(2));
        assertThat(times()).hasSize(1);
    }

    @Test
    void theOldestGo() {
        after(Duration.ofDays(1)).remember("bob", address(1));
        IntStream.rangeClosed(1, 25).forEach(i -> after(Duration.ofMinutes(i)).remember("alice", address(i)));

        assertThat(IntStream.rangeClosed(1, 25).filter(i -> after(Duration.ofMinutes(30))
                        .find("alice", address(i))
                        .orElseThrow()
                        .isKnown()))
                .containsExactly(IntStream.rangeClosed(6, 25).boxed().toArray(Integer[]::new));
        assertThat(times()).hasSize(21);
    }

    @Test
    void goesWithItsUser() {
        after(Duration.ZERO).remember("alice", address(1));
        database.database().write(handle -> handle.execute("DELETE FROM users WHERE id = 'alice'"));

        assertThat(times()).isEmpty();
    }

    @Test
    void isNoTroubleIfTheUserHasJustBeenDeleted() {
        database.database().write(handle -> handle.execute("DELETE FROM users WHERE id = 'alice'"));
        after(Duration.ZERO).remember("alice", address(1));

        assertThat(times()).isEmpty();
    }
}
