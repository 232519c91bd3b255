package dev.latchkey.credentials.recovery;

import dev.latchkey.credentials.Authentication;
import dev.latchkey.mail.NewMail;
import dev.latchkey.mail.Outbox;
import dev.latchkey.server.database.Database;
import dev.latchkey.sessions.EndedSession;
import dev.latchkey.sessions.SessionEndingStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * What codes do, each in one transaction: the attempt is counted, the code is used up, and what it is good for is done; or none of the latter
 * two.
 *
 * <p>All lock the account before the codes. Those that count an attempt do that first.
 */
final class RecoveryStore {
    private final Database database;
    private final SessionEndingStore endingStore;
    private final Outbox outbox;
    private final MailCodeStore codes = new MailCodeStore();
    private final CodeAttemptStore attempts = new CodeAttemptStore();

    RecoveryStore(Database database, SessionEndingStore endingStore, Outbox outbox) {
        this.database = database;
        this.endingStore = endingStore;
        this.outbox = outbox;
    }

    /** Leaves a mail to be sent. */
    void put(NewMail mail, Instant now) {
        database.write(handle -> {
            outbox.put(handle, mail, now);
            return null;
        });
    }

    /** Keeps what a mail has in it; false if nobody is to have it any more. */
    boolean insert(Holder holder, MailCodeStore.NewCode code, Instant now) {
        return database.write(handle -> codes.insert(handle, holder, code, now));
    }

    /** Forgets what a mail had in it. */
    void delete(String codeId) {
        database.write(handle -> {
            codes.delete(handle, codeId);
            return null;
        });
    }

    /** Counts an attempt and looks at the code, but does not use it up. */
    Checked<StoredCode> check(Purpose purpose, Proof proof, Instant now) {
        return database.write(handle -> check(handle, purpose, proof, now));
    }

    private Checked<StoredCode> check(Handle handle, Purpose purpose, Proof proof, Instant now) {
        if (proof.isCounted() && !attempts.count(handle, proof.subject(), purpose, now)) {
            return Checked.tooMany(attempts.toNext(handle, proof.subject(), purpose, now));
        }
        List<StoredCode> good = codes.find(handle, purpose, proof, now);
        String userId =
                good.stream().findFirst().map(code -> code.holder().userId()).orElse(null);
        return good.stream()
                .filter(code -> proof.isOf(purpose, code))
                .findFirst()
                .map(code -> Checked.of(code, code.holder().userId()))
                .orElse(Checked.wrong(userId));
    }

    /** Uncounts an attempt with a good code that led to nothing. */
    void giveBack(Purpose purpose, Proof proof) {
        if (proof.isCounted()) {
            database.write(handle -> {
                attempts.giveBack(handle, proof.subject(), purpose);
                return null;
            });
        }
    }

    /** Uses up a code of an account that still has the address to which it was sent, or is to have it. */
    private boolean useUp(Handle handle, Purpose purpose, Proof proof, StoredCode code, Instant now) {
        return HolderStore.lock(handle, code.holder()) && useUpLocked(handle, purpose, proof, code, now);
    }

    private boolean useUpLocked(Handle handle, Purpose purpose, Proof proof, StoredCode code, Instant now) {
        boolean isUsed = codes.useUp(handle, purpose, code, now);
        if (isUsed && proof.isCounted()) {
            attempts.giveBack(handle, proof.subject(), purpose);
        }
        return isUsed;
    }

    /**
     * How an address was proven.
     *
     * @param isNew whether it replaced another one
     */
    record Proven(String userId, boolean isNew) {}

    /**
     * Proves the address that the mail went to, and makes it that of the account if it waits for that.
     *
     * @throws dev.latchkey.server.database.ConstraintException if it is another account's by now; the code stays good
     */
    Checked<Proven> verify(Proof proof, Instant now) {
        return database.write(handle -> {
            Checked<StoredCode> checked = check(handle, Purpose.EMAIL_VERIFICATION, proof, now);
            StoredCode code = checked.found();
            if (code == null) {
                return checked.failed();
            }
            Holder holder = code.holder();
            boolean isNew = holder.isToMoveTo(code.mailboxHash());
            if (!isNew && !holder.isAt(code.mailboxHash())) {
                return Checked.wrong(holder.userId());
            }
            // Looked at before the code is used up, which stays good where another address waits by now.
            boolean isStill = isNew ? HolderStore.lockWithPending(handle, holder) : HolderStore.lock(handle, holder);
            if (!isStill || !useUpLocked(handle, Purpose.EMAIL_VERIFICATION, proof, code, now)) {
                return Checked.wrong(holder.userId());
            }
            if (isNew) {
                HolderStore.move(handle, holder, now);
                // What was sent to the address of before is no longer good.
                codes.deleteAll(handle, holder.userId());
            } else {
                HolderStore.verify(handle, holder.userId(), now);
            }
            return Checked.of(new Proven(holder.userId(), isNew), holder.userId());
        });
    }

    /**
     * Who has proven to be the user.
     *
     * @param ended the sessions that have ended, of whoever had the account before the address was proven
     */
    record Proved(Authentication user, List<EndedSession> ended) {}

    /**
     * Proves who the user is, and the address. If nobody had proven it, a stranger may have registered it: then the password is void, and
     * all sessions and codes and a pending address with it.
     *
     * @param unmatchable the hash of no password
     */
    Checked<Proved> authenticate(Proof proof, String unmatchable, Instant now) {
        return database.write(handle -> {
            Checked<StoredCode> checked = check(handle, Purpose.LOG_IN, proof, now);
            StoredCode code = checked.found();
            if (code == null) {
                return checked.failed();
            }
            Holder holder = code.holder();
            if (!holder.isAt(code.mailboxHash()) || !useUp(handle, Purpose.LOG_IN, proof, code, now)) {
                return Checked.wrong(holder.userId());
            }
            if (holder.isVerified()) {
                return Checked.of(
                        new Proved(new Authentication(holder.userId(), holder.passwordVersion()), List.of()),
                        holder.userId());
            }
            int version = HolderStore.resetPassword(handle, holder.userId(), unmatchable, now);
            codes.deleteAll(handle, holder.userId());
            List<EndedSession> ended = endingStore.endAll(handle, holder.userId(), null, now);
            return Checked.of(new Proved(new Authentication(holder.userId(), version), ended), holder.userId());
        });
    }

    /**
     * Sets a new password, ends all sessions, and makes all codes of the user void.
     *
     * @param code as {@link #check} found it
     * @return the ended sessions; or empty, and nothing is changed, if the code is no longer good
     */
    Optional<List<EndedSession>> resetPassword(
            Proof proof, StoredCode code, String passwordHash, NewMail notice, Instant now) {
        return database.write(handle -> {
            Holder holder = code.holder();
            if (!holder.isAt(code.mailboxHash()) || !useUp(handle, Purpose.PASSWORD_RESET, proof, code, now)) {
                return Optional.empty();
            }
            int unused = HolderStore.resetPassword(handle, holder.userId(), passwordHash, now);
            codes.deleteAll(handle, holder.userId());
            outbox.put(handle, notice, now);
            return Optional.of(endingStore.endAll(handle, holder.userId(), null, now));
        });
    }

    /** Deletes what is expired, in small steps, so that other writes need not wait long. */
    void deleteExpired(Instant now) {
        while (database.write(handle -> codes.deleteSomeExpired(handle, now))) {
            // Until there are no more.
        }
        while (database.write(handle -> attempts.deleteSome(handle, now))) {
            // Likewise.
        }
    }
}
