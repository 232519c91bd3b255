package dev.latchkey.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Ledger.Outcome;
import dev.latchkey.testing.Model.Operation;
import dev.latchkey.testing.Model.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * A client that does one thing after the other, at random, under accounts of its own, and so knows what it must find: every
 * answer is either the one that its model foretells or 503.
 */
public final class ModelClient {
    private static final int KEYS = 100;
    private static final int LONG_VALUE = 20_000;

    private record Account(String username, String token, long tokenSince) {
        boolean isTokenOld() {
            return System.nanoTime() - tokenSince > TimeUnit.MINUTES.toNanos(30);
        }
    }

    private final String name;
    private final Random random;
    private final int longestValue;
    private final Ledger ledger;
    private final List<Account> accounts = new ArrayList<>();
    private final String[] keys = new String[KEYS];
    private String withoutToken;
    private int number;

    /** {@code name} is the beginning of the names of its users, {@code seed} decides what it does. */
    public ModelClient(String name, long seed) {
        this(name, seed, LONG_VALUE, () -> 0, operation -> {});
    }

    /** {@code longestValue} is what a tenth of its values stay below, {@code clock} dates its writes, {@code history} gets them in order. */
    ModelClient(String name, long seed, int longestValue, LongSupplier clock, Consumer<Operation> history) {
        this.name = name;
        this.random = new Random(seed);
        this.longestValue = longestValue;
        this.ledger = new Ledger(clock, history);
    }

    /** So many clients, each with accounts of its own. */
    public static List<ModelClient> several(int count, String name, long seed) {
        return IntStream.range(0, count)
                .mapToObj(i -> new ModelClient(name + i, seed + i))
                .toList();
    }

    public static List<Model> models(List<ModelClient> clients) {
        return clients.stream().map(ModelClient::model).toList();
    }

    public Model model() {
        return ledger.model();
    }

    /** How many of its writes were acknowledged so far. */
    public int acknowledged() {
        return ledger.acknowledged();
    }

    /** How many of its writes were refused so far. */
    int refused() {
        return ledger.refused();
    }

    /** Does one thing. Whatever the contract allows, but the model does not, is an {@link AssertionError}. */
    public Outcome step(Api api) {
        if (withoutToken != null) {
            return logIn(api);
        }
        if (accounts.isEmpty() || random.nextInt(200) == 0) {
            return register(api);
        }
        Account account = anAccount();
        if (account.isTokenOld()) {
            withoutToken = account.username();
            return logIn(api);
        }
        Slot slot = aSlot(account);
        String token = account.token();
        int choice = random.nextInt(10);
        if (choice == 0) {
            return ledger.read(slot, () -> api.read(token, slot.key()));
        }
        if (model().get(slot) == null) {
            String value = newValue();
            return ledger.write(slot, value, 201, () -> api.create(token, slot.key(), value));
        }
        if (choice < 4) {
            return ledger.write(slot, null, 200, () -> api.delete(token, slot.key()));
        }
        String value = newValue();
        return ledger.write(slot, value, 200, () -> api.update(token, slot.key(), value));
    }

    /** Reads entries at random; every answer has to be what it knows. */
    public void readSome(Api api, int count) {
        for (int i = 0; i < count && !accounts.isEmpty(); i++) {
            Account account = anAccount();
            Slot slot = aSlot(account);
            assertThat(ledger.read(slot, () -> api.read(account.token(), slot.key())))
                    .isEqualTo(Outcome.READ);
        }
    }

    /** Logs in as one of its users, chosen at random, if it has any. */
    public void logInAgain(Api api) {
        List<Slot> registered = model().slots().stream().filter(Slot::isAccount).toList();
        if (!registered.isEmpty()) {
            withoutToken = registered.get(random.nextInt(registered.size())).username();
            assertThat(logIn(api)).isEqualTo(Outcome.ACKNOWLEDGED);
        }
    }

    private Account anAccount() {
        return accounts.get(random.nextInt(accounts.size()));
    }

    /** A slot of this account about which there is no doubt. */
    private Slot aSlot(Account account) {
        int index = random.nextInt(keys.length);
        if (keys[index] == null || model().isDoubtful(new Slot(account.username(), keys[index]))) {
            keys[index] = "key-" + ++number;
        }
        return new Slot(account.username(), keys[index]);
    }

    /** Mostly short, and sometimes of many pages; never the same twice. */
    private String newValue() {
        String start = name + " wrote " + ++number + " ";
        int length = random.nextInt(random.nextInt(10) == 0 ? longestValue : 200);
        return start + ("" + (char) ('a' + random.nextInt(26))).repeat(length) + " end of " + number;
    }

    private Outcome register(Api api) {
        String username = name + "-" + ++number;
        String row = username + "@example.com John Doe 30 male";
        Outcome outcome = ledger.write(Slot.account(username), row, 201, () -> api.register(username));
        if (outcome == Outcome.ACKNOWLEDGED) {
            withoutToken = username;
        }
        return outcome;
    }

    private Outcome logIn(Api api) {
        String username = withoutToken;
        return ledger.logIn(() -> api.logIn(username, Api.PASSWORD), token -> {
            accounts.removeIf(account -> account.username().equals(username));
            accounts.add(new Account(username, token, System.nanoTime()));
            withoutToken = null;
        });
    }
}
