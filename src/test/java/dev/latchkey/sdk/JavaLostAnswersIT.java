package dev.latchkey.sdk;

import static dev.latchkey.client.BatchOperations.delete;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.client.BatchOperations;
import dev.latchkey.client.DataApi.ChangeExpiryOptions;
import dev.latchkey.client.DataApi.DeleteEntryOptions;
import dev.latchkey.client.DataApi.UpdateEntryOptions;
import dev.latchkey.client.DataStore;
import dev.latchkey.client.ImportSummary;
import dev.latchkey.client.Latchkey;
import dev.latchkey.client.LatchkeyException;
import dev.latchkey.client.PatientOptions;
import dev.latchkey.client.SetOptions;
import dev.latchkey.client.StoredTokens;
import dev.latchkey.client.TokenStore;
import dev.latchkey.client.model.BatchResult;
import dev.latchkey.client.model.Entry;
import dev.latchkey.client.model.ErrorCode;
import dev.latchkey.client.model.ExpiryChange;
import dev.latchkey.client.model.ImportMode;
import dev.latchkey.client.model.ImportedEntry;
import dev.latchkey.client.model.NewValue;
import dev.latchkey.client.model.ReadEntryResponse;
import dev.latchkey.sdk.CuttingProxy.Loss;
import dev.latchkey.testing.Api;
import dev.latchkey.testing.Backoff;
import dev.latchkey.testing.Engine;
import dev.latchkey.testing.ProofSize;
import dev.latchkey.testing.ServerExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A response that gets lost makes neither a duplicate nor a conflict, and many writers lose nothing. */
@ParameterizedClass
@EnumSource(Engine.class)
final class JavaLostAnswersIT {
    private static final int WRITERS = 50;
    private static final int ROUNDS = ProofSize.of(2, 100);

    private final URI server;
    private final ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    private final HttpClient http = HttpClient.newHttpClient();
    private final TokenStore tokens = new SharedTokens();
    private final DataStore data;

    JavaLostAnswersIT(Engine engine) {
        server = URI.create("http://127.0.0.1:" + ServerExtension.shared(engine).port());
        Latchkey latchkey = client(server.toString());
        latchkey.register(JavaClientTest.newUser(Api.newName()));
        data = latchkey.data();
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    /** Another client of the same user. */
    private Latchkey client(String url) {
        return new Latchkey(
                url, PatientOptions.waiting(wait -> {}).httpClient(http).tokenStore(tokens));
    }

    private static final class SharedTokens implements TokenStore {
        private volatile StoredTokens kept;

        @Override
        public Optional<StoredTokens> load() {
            return Optional.ofNullable(kept);
        }

        @Override
        public void save(StoredTokens tokens) {
            kept = tokens;
        }

        @Override
        public void clear() {
            kept = null;
        }
    }

    @ParameterizedTest
    @EnumSource(Loss.class)
    void aWriteWhoseResponseIsLostIsDoneOnce(Loss loss) {
        try (CuttingProxy proxy = new CuttingProxy(server, loss, number -> number % 2 == 1)) {
            DataStore lossy = client(proxy.url(0)).data();

            String created =
                    lossy.createEntry(new Entry().key("a").value("one")).getEtag();
            assertThat(data.readEntry("a").getEtag()).isEqualTo(created);
            String updated = lossy.updateEntry(
                            "a", new NewValue().value("two"), new UpdateEntryOptions().ifMatch(created))
                    .getEtag();
            String set = lossy.set("a", "three", new SetOptions().ifMatch(updated));
            String changed = lossy.changeExpiry(
                            "a", new ExpiryChange().expiresIn(60), new ChangeExpiryOptions().ifMatch(set))
                    .getEtag();
            assertThat(data.readEntry("a").getEtag()).isEqualTo(changed);
            assertThat(lossy.delete("a", new DeleteEntryOptions().ifMatch(changed)))
                    .isTrue();
            String put = lossy.set("a", "four", new SetOptions().ifNoneMatch("*"));
            assertThat(lossy.batch(
                            BatchOperations.create("b", "one"), delete("a").ifMatch(put)))
                    .extracting(BatchResult::getStatus)
                    .containsExactly(201, 200);
            assertThat(lossy.delete("b")).isTrue();
            assertThat(lossy.delete("b")).isFalse();
            assertThat(proxy.cuts()).isEqualTo(9);
        }
    }

    /** What is stored without a response is found there by the repetition. */
    @ParameterizedTest
    @EnumSource(Loss.class)
    void anImportWhoseResponsesAreLostHasStoredEverythingOnce(Loss loss) {
        List<ImportedEntry> entries = IntStream.range(0, 2500)
                .mapToObj(i -> new ImportedEntry().key("k%04d".formatted(i)).value("value " + i))
                .toList();
        try (CuttingProxy proxy = new CuttingProxy(server, loss, number -> number % 2 == 1)) {
            DataStore lossy = client(proxy.url(0)).data();

            assertThat(lossy.importEntries(entries, ImportMode.SKIP))
                    .isEqualTo(new ImportSummary(0, 0, 2500, 0, List.of()));
            assertThat(proxy.cuts()).isEqualTo(3);
            assertThat(data.list().map(DataStore::toImport)).isEqualTo(plain(entries));

            List<ImportedEntry> changed = entries.subList(0, 1500).stream()
                    .map(entry -> new ImportedEntry().key(entry.getKey()).value(entry.getValue() + "!"))
                    .toList();
            assertThat(lossy.importEntries(changed, ImportMode.REPLACE).replaced())
                    .isEqualTo(1500);
            assertThat(data.list().limit(1500).map(DataStore::toImport)).isEqualTo(plain(changed));
        }
    }

    private static List<ImportedEntry> plain(List<ImportedEntry> entries) {
        return entries.stream()
                .map(entry -> new ImportedEntry()
                        .key(entry.getKey())
                        .value(entry.getValue())
                        .expiresAt(entry.getExpiresAt()))
                .toList();
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void manyWritersLoseNothing() throws Exception {
        count(number -> data);
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void manyWritersLoseNothingWhereResponsesGetLost() throws Exception {
        try (CuttingProxy proxy = new CuttingProxy(server, Loss.BROKEN_OFF, number -> number % 10 == 0)) {
            count(number -> client(proxy.url(number)).data());

            assertThat(proxy.cuts()).isPositive();
        }
    }

    private void count(IntFunction<DataStore> stores) throws Exception {
        data.set("counter", "0");
        List<Future<?>> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            DataStore store = stores.apply(i);
            writers.add(threads.submit(() -> {
                for (int round = 0; round < ROUNDS; round++) {
                    increment(store);
                }
            }));
        }
        for (Future<?> writer : writers) {
            writer.get();
        }
        assertThat(data.get("counter")).contains(String.valueOf(WRITERS * ROUNDS));
    }

    private static void increment(DataStore store) {
        for (int attempt = 0; ; attempt++) {
            ReadEntryResponse read = store.readEntry("counter");
            int next = Integer.parseInt(read.getData().getValue()) + 1;
            try {
                store.set("counter", String.valueOf(next), new SetOptions().ifMatch(read.getEtag()));
                return;
            } catch (LatchkeyException e) {
                if (e.getCode() != ErrorCode.PRECONDITION_FAILED) {
                    throw e;
                }
                Backoff.after(attempt);
            }
        }
    }
}
