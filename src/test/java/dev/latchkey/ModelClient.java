package dev.latchkey;

import dev.latchkey.Model.Operation;
import dev.latchkey.Model.Slot;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A client that writes one thing after the other, at random, under accounts of its own, and so knows what it must find: every
 * answer is either the one that its model foretells or 503.
 */
final class ModelClient {
    enum Outcome {
        /** A write or a log-in, with success. */
        ACKNOWLEDGED,
        READ,
        /** 503 to a write or a log-in. */
        REFUSED,
        /** 503 to a read. */
        READ_REFUSED,
        /** No answer. */
        CUT_OFF
    }

    private record Account(String username, String token, long tokenSince) {
        boolean isTokenOld() {
            return System.nanoTime() - tokenSince > TimeUnit.MINUTES.toNanos(30);
        }
    }

    private final String name;
    private final Random random;
    private final LongSupplier clock;
    private final Model model = new Model();
    private final Consumer<Operation> history;
    private final List<Account> accounts = new ArrayList<>();
    private final String[] keys;
    private final int maxValue;
    private String withoutToken;
    private int number;
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();

    /** {@code name} is the beginning of the names of its users, {@code seed} decides what it does. */
    ModelClient(String name, long seed) {
        this(name, seed, 100, 20_000, () -> 0, operation -> {});
    }

    /**
     * {@code keys} is how many keys it uses, {@code maxValue} the length of its longest values; {@code clock} dates its writes,
     * {@code history} gets them in order.
     */
    ModelClient(String name, long seed, int keys, int maxValue, LongSupplier clock, Consumer<Operation> history) {
        this.name = name;
        this.random = new Random(seed);
        this.keys = new String[keys];
        this.maxValue = maxValue;
        this.clock = clock;
        this.history = history;
    }

    Model model() {
        return model;
    }

    /** So many clients, each with accounts of its own. */
    static List<ModelClient> several(int count, String name, long seed) {
        return IntStream.range(0, count)
                .mapToObj(i -> new ModelClient(name + i, seed + i))
                .toList();
    }

    static List<Model> models(List<ModelClient> clients) {
        return clients.stream().map(ModelClient::model).toList();
    }

    /** How many of its writes were acknowledged so far. */
    int acknowledged() {
        return acknowledged.get();
    }

    /** How many of its writes were refused so far. */
    int refused() {
        return refused.get();
    }

    /** Does one thing. Whatever the contract allows, but the model does not, is an {@link AssertionError}. */
    Outcome step(Api api) {
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
        Slot slot = slot(account);
        String before = model.get(slot);
        int choice = random.nextInt(10);
        if (choice == 0) {
            return read(api, account, slot);
        }
        if (before == null) {
            String value = newValue();
            return write(slot, null, value, 201, () -> api.create(account.token(), slot.key(), value));
        }
        if (choice < 4) {
            return write(slot, before, null, 200, () -> api.delete(account.token(), slot.key()));
        }
        String value = newValue();
        return write(slot, before, value, 200, () -> api.update(account.token(), slot.key(), value));
    }

    /** Reads entries at random; every answer has to be what it knows. */
    void readSome(Api api, int count) {
        for (int i = 0; i < count && !accounts.isEmpty(); i++) {
            Account account = anAccount();
            expect(Outcome.READ, read(api, account, slot(account)));
        }
    }

    /** Logs in as one of its users, chosen at random, if it has any. */
    void logInAgain(Api api) {
        List<Slot> registered = model.slots().stream().filter(Slot::isAccount).toList();
        if (!registered.isEmpty()) {
            withoutToken = registered.get(random.nextInt(registered.size())).username();
            expect(Outcome.ACKNOWLEDGED, logIn(api));
        }
    }

    private Account anAccount() {
        return accounts.get(random.nextInt(accounts.size()));
    }

    private static void expect(Outcome expected, Outcome outcome) {
        if (outcome != expected) {
            throw new AssertionError(outcome);
        }
    }

    /** A slot of this account about which there is no doubt. */
    private Slot slot(Account account) {
        int index = random.nextInt(keys.length);
        if (keys[index] == null || model.isDoubtful(new Slot(account.username(), keys[index]))) {
            keys[index] = "key-" + ++number;
        }
        return new Slot(account.username(), keys[index]);
    }

    /** Mostly short, and sometimes of many pages; never the same twice. */
    private String newValue() {
        String start = name + " wrote " + ++number + " ";
        int length = random.nextInt(random.nextInt(10) == 0 ? maxValue : 200);
        return start + ("" + (char) ('a' + random.nextInt(26))).repeat(length) + " end of " + number;
    }

    private Outcome register(Api api) {
        String username = name + "-" + ++number;
        String row = username + "@example.com John Doe 30 male";
        Outcome outcome = write(Slot.account(username), null, row, 201, () -> api.register(username));
        if (outcome == Outcome.ACKNOWLEDGED) {
            withoutToken = username;
        }
        return outcome;
    }

    private Outcome logIn(Api api) {
        try {
            Api.Answer answer = api.logIn(withoutToken, Api.PASSWORD);
            if (answer.status() == 503) {
                return Outcome.REFUSED;
            }
            require(answer.status() == 200, answer);
            String username = withoutToken;
            accounts.removeIf(account -> account.username().equals(username));
            accounts.add(
                    new Account(username, answer.body().at("/data/access_token").textValue(), System.nanoTime()));
            withoutToken = null;
            return Outcome.ACKNOWLEDGED;
        } catch (UncheckedIOException e) {
            return Outcome.CUT_OFF;
        }
    }

    private Outcome read(Api api, Account account, Slot slot) {
        String expected = model.get(slot);
        try {
            Api.Answer answer = api.read(account.token(), slot.key());
            if (answer.status() == 503) {
                return Outcome.READ_REFUSED;
            }
            require(answer.status() == (expected == null ? 404 : 200), answer);
            require(Objects.equals(answer.body().at("/data/value").textValue(), expected), answer);
            return Outcome.READ;
        } catch (UncheckedIOException e) {
            return Outcome.CUT_OFF;
        }
    }

    private Outcome write(Slot slot, String before, String after, int success, Supplier<Api.Answer> call) {
        long sent = clock.getAsLong();
        Operation unanswered = new Operation(slot, before, after, sent, Operation.NEVER);
        Outcome outcome;
        try {
            Api.Answer answer = call.get();
            require(answer.status() == success || answer.status() == 503, answer);
            outcome = answer.status() == success ? Outcome.ACKNOWLEDGED : Outcome.REFUSED;
        } catch (UncheckedIOException e) {
            outcome = Outcome.CUT_OFF;
        }
        if (outcome == Outcome.ACKNOWLEDGED) {
            Operation operation = new Operation(slot, before, after, sent, clock.getAsLong());
            history.accept(operation);
            model.acknowledge(operation);
            acknowledged.incrementAndGet();
        } else {
            history.accept(unanswered);
            model.doubt(unanswered);
            if (outcome == Outcome.REFUSED) {
                refused.incrementAndGet();
            }
        }
        return outcome;
    }

    private static void require(boolean condition, Api.Answer answer) {
        if (!condition) {
            throw new AssertionError("By all that was acknowledged, this answer is wrong: " + answer);
        }
    }
}
