package dev.latchkey.mail;

import dev.latchkey.server.audit.AuditEvent;
import dev.latchkey.server.audit.AuditLog;
import dev.latchkey.server.database.UnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one mail after the other. Each thread has one of its own, and other servers have theirs: who sends a mail has moved the time of its
 * next attempt forward before.
 */
final class Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

    /** Longer than a mail may take with all of its attempts, so that no other server begins with it too. */
    static final Duration LEASE = Duration.ofMinutes(5);

    /** Threads and servers look at so many at once and begin with any of them, so that few want the same. */
    private static final int CHOICE = 16;

    private final OutboxStore store;
    private final Letters letters;
    private final Transport transport;
    private final SendingState state;
    private final Clock clock;
    private final Backoff backoff =
            new Backoff(Duration.ofSeconds(30), Duration.ofHours(1), () -> ThreadLocalRandom.current()
                    .nextDouble());

    Delivery(OutboxStore store, Letters letters, Transport transport, SendingState state, Clock clock) {
        this.store = store;
        this.letters = letters;
        this.transport = transport;
        this.state = state;
        this.clock = clock;
    }

    /** Sends one mail; false if none is due, or the mail server is in trouble. */
    boolean next() {
        List<OutboxStore.Due> due = new ArrayList<>(store.due(clock.instant(), CHOICE));
        if (due.isEmpty() || !state.trouble.mayTry()) {
            return false;
        }
        try {
            // Before a mail is taken: a server that is down costs no write.
            transport.connect();
            return deliverOne(due);
        } catch (TransportException e) {
            state.trouble.failed(e.getMessage());
            return false;
        } finally {
            state.trouble.tried();
        }
    }

    private boolean deliverOne(List<OutboxStore.Due> due) {
        Collections.shuffle(due, ThreadLocalRandom.current());
        for (OutboxStore.Due one : due) {
            Optional<Claim> claim = store.claim(one, clock.instant().plus(LEASE));
            if (claim.isPresent()) {
                return deliver(claim.get());
            }
        }
        return true;
    }

    /** Ends the connection. */
    void rest() {
        transport.close();
    }

    void abort() {
        transport.abort();
    }

    private boolean deliver(Claim claim) {
        WaitingMail mail = claim.mail();
        if (mail.kind() == null) {
            // Of a newer Latchkey, which will send it.
            store.defer(claim, clock.instant().plus(LEASE), "another version of Latchkey has asked for it");
            return true;
        }
        if (!clock.instant().isBefore(end(claim))) {
            expire(claim);
            return true;
        }
        Optional<Letters.Written> written;
        try {
            written = letters.write(mail);
        } catch (UnavailableException e) {
            // The store is in trouble, and so is all the rest. The mail may be of no use any more when its lease is
            // over.
            release(claim);
            throw e;
        } catch (IllegalArgumentException e) {
            fail(claim, "it cannot be written: " + e.getMessage());
            return true;
        } catch (RuntimeException e) {
            LOG.warn(
                    "The mail {} ({}) cannot be written", mail.id(), mail.kind().fileName(), e);
            putOff(claim, "it cannot be written: " + e);
            return true;
        }
        if (written.isEmpty()) {
            store.delete(mail.id());
            state.dropped.increment();
            return true;
        }
        return send(claim, written.get());
    }

    private void release(Claim claim) {
        try {
            store.release(claim);
        } catch (UnavailableException e) {
            // It is free again after the lease.
        }
    }

    private boolean send(Claim claim, Letters.Written written) {
        WaitingMail mail = claim.mail();
        Outcome outcome;
        try {
            outcome = transport.send(written.mail());
        } catch (TransportException e) {
            state.trouble.failed(e.getMessage());
            letters.unsent(mail, written.letter());
            store.release(claim);
            return false;
        }
        if (outcome.isCertainlyUndelivered()) {
            letters.unsent(mail, written.letter());
        }
        switch (outcome.kind()) {
            case SENT -> {
                delete(mail.id());
                state.sent.increment();
            }
            case REFUSED -> fail(claim, outcome.answer());
            case DEFERRED, LOST, UNKNOWN -> putOff(claim, outcome.answer());
        }
        if (outcome.isConnectionLost()) {
            // Whether it was the fault of the mail or not: a server that does so is not asked again at once.
            state.trouble.failed(outcome.answer());
            return false;
        }
        state.trouble.over();
        return true;
    }

    /** A mail that is sent must not be sent again because the store is busy. */
    private void delete(String id) {
        Instant end = clock.instant().plus(Duration.ofMinutes(1));
        while (true) {
            try {
                store.delete(id);
                return;
            } catch (UnavailableException e) {
                if (clock.instant().isAfter(end) || !pause()) {
                    throw e;
                }
            }
        }
    }

    /** Returns false if the thread is to end. */
    private static boolean pause() {
        try {
            Thread.sleep(200);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void expire(Claim claim) {
        WaitingMail mail = claim.mail();
        if (mail.userId() != null || mail.kind() == MailKind.TEST) {
            fail(claim, "it could not be sent in time");
            return;
        }
        // Anybody can ask for one, for any address: nothing says that a user has it, so it is not kept.
        store.delete(mail.id());
        state.dropped.increment();
        LOG.warn(
                "The mail {} ({}) could not be sent in time, and is forgotten",
                mail.id(),
                mail.kind().fileName());
        recordFailure(mail);
    }

    private static Instant end(Claim claim) {
        return claim.mail().createdAt().plus(claim.mail().kind().patience());
    }

    private void putOff(Claim claim, String answer) {
        Instant next = clock.instant().plus(backoff.after(claim.attempts() + 1));
        if (next.isBefore(end(claim))) {
            store.defer(claim, next, OneLine.of(answer));
            state.deferred.increment();
        } else {
            fail(claim, "it could not be sent in time: " + answer);
        }
    }

    private void fail(Claim claim, String answer) {
        WaitingMail mail = claim.mail();
        String failure = OneLine.of(answer);
        store.fail(claim, clock.instant(), failure);
        state.failed.increment();
        LOG.warn("The mail {} ({}) cannot be sent: {}", mail.id(), mail.kind().fileName(), failure);
        recordFailure(mail);
    }

    private static void recordFailure(WaitingMail mail) {
        AuditLog.record(
                AuditEvent.MAIL_FAILED,
                mail.userId(),
                "mail",
                mail.id(),
                "kind",
                mail.kind().fileName());
    }
}
