package dev.latchkey.testing;

import dev.latchkey.testing.Model.Operation;
import dev.latchkey.testing.Model.Slot;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What became of every call of one client: kept in its model, and judged by it. */
public final class Ledger {
    public enum Outcome {
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

    private final Model model = new Model();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final LongSupplier clock;
    private final Consumer<Operation> history;

    /** {@code clock} dates the writes, {@code history} gets them in order. */
    Ledger(LongSupplier clock, Consumer<Operation> history) {
        this.clock = clock;
        this.history = history;
    }

    Model model() {
        return model;
    }

    /** How many writes were acknowledged so far. */
    int acknowledged() {
        return acknowledged.get();
    }

    /** How many writes were refused so far. */
    int refused() {
        return refused.get();
    }

    /** A write that changes the slot from what it must be now, and is answered with {@code success} or 503. */
    Outcome write(Slot slot, String after, int success, Supplier<Api.Answer> call) {
        String before = model.get(slot);
        long sent = clock.getAsLong();
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
            Operation operation = new Operation(slot, before, after, sent, Operation.NEVER);
            history.accept(operation);
            model.doubt(operation);
            refused.addAndGet(outcome == Outcome.REFUSED ? 1 : 0);
        }
        return outcome;
    }

    /** A read of a slot about which there is no doubt. */
    Outcome read(Slot slot, Supplier<Api.Answer> call) {
        String expected = model.get(slot);
        try {
            Api.Answer answer = call.get();
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

    /** A log-in with the right password; {@code onSuccess} gets the token. */
    Outcome logIn(Supplier<Api.Answer> call, Consumer<String> onSuccess) {
        try {
            Api.Answer answer = call.get();
            if (answer.status() == 503) {
                // It stores a session: while nothing can be written, nobody logs in either.
                refused.incrementAndGet();
                return Outcome.REFUSED;
            }
            require(answer.status() == 200, answer);
            onSuccess.accept(answer.body().at("/data/access_token").textValue());
            return Outcome.ACKNOWLEDGED;
        } catch (UncheckedIOException e) {
            return Outcome.CUT_OFF;
        }
    }

    private static void require(boolean condition, Api.Answer answer) {
        if (!condition) {
            throw new AssertionError("By all that was acknowledged, this answer is wrong: " + answer);
        }
    }
}
