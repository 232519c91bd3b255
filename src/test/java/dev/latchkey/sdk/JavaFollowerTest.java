package dev.latchkey.sdk;

import static dev.latchkey.client.BatchOperations.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.client.ChangeEvent;
import dev.latchkey.client.ChangeFeed;
import dev.latchkey.client.ChangesApi.ReadChangesOptions;
import dev.latchkey.client.ChangesOptions;
import dev.latchkey.client.DataStore;
import dev.latchkey.client.Latchkey;
import dev.latchkey.client.LatchkeyException;
import dev.latchkey.client.LatchkeyOptions;
import dev.latchkey.client.PatientOptions;
import dev.latchkey.client.SetOptions;
import dev.latchkey.client.model.Change;
import dev.latchkey.client.model.ChangeType;
import dev.latchkey.client.model.ErrorCode;
import dev.latchkey.client.model.ListedEntry;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.HardTexts;
import dev.latchkey.testing.ProofSize;
import dev.latchkey.testing.ServerExtension;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Who follows the changes of a real server has exactly the data. */
@Timeout(600)
@ParameterizedClass
@EnumSource(Engine.class)
final class JavaFollowerTest {
    private static final int WRITES = ProofSize.of(150, 20_000);

    private final String name = Api.newName();
    private final int port;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Latchkey latchkey;

    JavaFollowerTest(Engine engine) {
        port = ServerExtension.shared(engine).port();
        latchkey = client(url(), new LatchkeyOptions());
        latchkey.register(JavaClientTest.newUser(name));
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private String url() {
        return "http://127.0.0.1:" + port;
    }

    private static Latchkey client(String url, LatchkeyOptions options) {
        return new Latchkey(url, options.timeout(Duration.ofSeconds(60)));
    }

    private static void apply(ChangeEvent event, Map<String, String> copy) {
        if (event instanceof ChangeEvent.Put change) {
            copy.put(change.key(), change.value());
        } else if (event instanceof ChangeEvent.Deletion change) {
            copy.remove(change.key());
        }
    }

    private Map<String, String> data() {
        return latchkey.data().list().collect(Collectors.toMap(ListedEntry::getKey, ListedEntry::getValue));
    }

    @Test
    void itHasTheDataWhateverBreaks() throws Exception {
        Random random = new Random(19);
        Map<String, String> copy = new HashMap<>();
        try (BreakingProxy proxy = new BreakingProxy(port, () -> 2_000 + random.nextInt(4_000))) {
            Latchkey other = client(proxy.url(), PatientOptions.waiting(wait -> {}));
            other.logIn(name, Api.PASSWORD);
            Future<?> writer = threads.submit(() -> write(latchkey.data(), new Random(91)));
            try (ChangeFeed feed = other.data().changes(new ChangesOptions().positions(true))) {
                ChangeEvent event = feed.next();
                while (!(event instanceof ChangeEvent.Position) || !copy.containsKey("last")) {
                    apply(event, copy);
                    event = feed.next();
                }
            }
            writer.get();
            assertThat(proxy.breaks()).isGreaterThan(3);
        }
        assertThat(copy).isEqualTo(data());
    }

    private static void write(DataStore data, Random random) {
        for (int i = 0; i < WRITES; i++) {
            String key = "k" + random.nextInt(30);
            String value = HardTexts.random(random, 60);
            switch (random.nextInt(4)) {
                case 0 -> data.delete(key);
                case 1 -> data.batch(put(key, value), put("b" + random.nextInt(5), value));
                default -> data.set(key, value);
            }
        }
        data.set("last", "");
    }

    @Test
    void itHearsOfWhatExpires() {
        latchkey.data().set("a", "1", new SetOptions().expiresIn(Duration.ofSeconds(1)));

        try (ChangeFeed feed = latchkey.data().changes(new ChangesOptions())) {
            assertThat(feed.next())
                    .isInstanceOfSatisfying(ChangeEvent.Put.class, change -> assertThat(change.expiresAt())
                            .isNotNull());
            assertThat(feed.next())
                    .isInstanceOfSatisfying(ChangeEvent.Deletion.class, change -> assertThat(change.key())
                            .isEqualTo("a"));
        }
    }

    @Test
    void itEndsWithTheSession() {
        latchkey.data().set("a", "1");
        ChangeFeed feed = latchkey.data().changes(new ChangesOptions().values(false));
        assertThat(feed.next()).isInstanceOfSatisfying(ChangeEvent.Put.class, change -> assertThat(change.value())
                .isNull());
        Latchkey other = client(url(), new LatchkeyOptions());
        other.logIn(name, Api.PASSWORD);
        other.sessions().endAllSessions();

        LatchkeyException failure = catchThrowableOfType(LatchkeyException.class, feed::hasNext);

        assertThat(failure.getCode()).isEqualTo(ErrorCode.INVALID_REFRESH_TOKEN);
        assertThat(latchkey.isLoggedIn()).isFalse();
    }

    @Test
    void aRevisionThatThereIsNotYetIsGone() {
        latchkey.data().set("a", "1");
        latchkey.data().delete("a");

        assertThat(latchkey.data().changes(new ChangesOptions().since(3)))
                .toIterable()
                .containsExactly(new ChangeEvent.Gone(2));
        LatchkeyException failure = catchThrowableOfType(
                LatchkeyException.class, () -> latchkey.changes().readChanges(new ReadChangesOptions().since(3L)));
        assertThat(failure.getCode()).isEqualTo(ErrorCode.CHANGES_GONE);
        assertThat(failure.getRevision()).hasValue(2);
        assertThat(latchkey.changes()
                        .readChanges(new ReadChangesOptions().lastEventID(1L).waitSeconds(1))
                        .getData()
                        .getChanges())
                .extracting(Change::getType)
                .containsExactly(ChangeType.DELETE);
    }
}
