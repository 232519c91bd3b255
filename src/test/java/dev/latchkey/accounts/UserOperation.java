package dev.latchkey.accounts;

import dev.latchkey.testing.HardTexts;
import dev.latchkey.testing.Operation;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One call of a store of accounts, and what it does to the accounts. */
record UserOperation(Kind kind, Account account) implements Operation<UserOperation.Stores, List<Account>> {

    /** Those that are called. */
    record Stores(RegistrationStore registrations, UserStore users) {}

    enum Kind {
        INSERT,
        FIND_TAKEN,
        FIND_BY_NAME
    }

    /** Of few names and addresses, so that they meet; everything else is anything, and no two accounts share an id. */
    static List<UserOperation> sequence(Random random, int length) {
        // No canonical form holds a tab: behind one stands who is put aside.
        List<String> names = HardTexts.few(random, Math.max(2, length / 4), 200).stream()
                .map(name -> name.replace('\t', ' '))
                .toList();
        Supplier<String> name = () -> names.get(random.nextInt(names.size()));
        Supplier<String> text = () -> HardTexts.any(random, 400);
        return IntStream.range(0, length)
                .mapToObj(i -> {
                    User user = new User(
                            text.get() + i,
                            text.get(),
                            text.get(),
                            text.get(),
                            random.nextBoolean() ? null : random.nextInt(),
                            text.get(),
                            random.nextBoolean() ? null : text.get());
                    Instant createdAt = Instant.ofEpochMilli(random.nextLong(1L << 42));
                    return new UserOperation(
                            Kind.values()[random.nextInt(Kind.values().length)],
                            new Account(user, name.get(), name.get(), text.get(), createdAt));
                })
                .toList();
    }

    /** Finds everything that the others can have left: an account that nobody finds by its name is not there. */
    static List<UserOperation> findAll(List<UserOperation> operations) {
        Set<String> names = new HashSet<>();
        return operations.stream()
                .filter(operation -> names.add(operation.account.usernameKey()))
                .map(operation -> new UserOperation(Kind.FIND_BY_NAME, operation.account))
                .toList();
    }

    /** All accounts are one subject: each has two names that another may want. */
    @Override
    public Object subject() {
        return "accounts";
    }

    @Override
    public Object run(Stores stores) {
        return switch (kind) {
            case INSERT -> stores.registrations.insert(account, null, null);
            case FIND_TAKEN -> stores.registrations.findTaken(account.usernameKey(), account.emailKey());
            case FIND_BY_NAME -> stores.users.findStateByName(account.usernameKey(), Instant.EPOCH);
        };
    }

    @Override
    public Expected<List<Account>> expected(List<Account> before) {
        Optional<RegistrationStore.Taken> taken = taken(before);
        return switch (kind) {
            case INSERT ->
                new Expected<>(
                        taken,
                        taken.isPresent()
                                ? before
                                : Stream.concat(before.stream(), Stream.of(account))
                                        .toList());
            case FIND_TAKEN -> new Expected<>(taken, before);
            case FIND_BY_NAME ->
                new Expected<>(
                        before.stream()
                                .filter(this::hasSameUsername)
                                .map(UserOperation::state)
                                .findFirst(),
                        before);
        };
    }

    private static AccountState state(Account account) {
        User user = account.user();
        return new AccountState(
                user.id(),
                user.username(),
                user.email(),
                user.fullName(),
                account.createdAt(),
                null,
                0,
                new AccountState.Mail(null, null, user.locale()));
    }

    private Optional<RegistrationStore.Taken> taken(List<Account> accounts) {
        if (accounts.stream().anyMatch(this::hasSameUsername)) {
            return Optional.of(RegistrationStore.Taken.USERNAME);
        }
        return accounts.stream().anyMatch(other -> other.emailKey().equals(account.emailKey()))
                ? Optional.of(RegistrationStore.Taken.EMAIL)
                : Optional.empty();
    }

    private boolean hasSameUsername(Account other) {
        return other.usernameKey().equals(account.usernameKey());
    }

    @Override
    public String toString() {
        return kind + " " + HardTexts.shown(account.user().id()) + " " + HardTexts.shown(account.usernameKey()) + " "
                + HardTexts.shown(account.emailKey());
    }
}
