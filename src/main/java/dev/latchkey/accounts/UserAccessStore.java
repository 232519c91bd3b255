package dev.latchkey.accounts;

import dev.latchkey.credentials.Authentication;
import dev.latchkey.credentials.recovery.MailCodeStore;
import dev.latchkey.data.UserDataStore;
import dev.latchkey.mail.NewMail;
import dev.latchkey.mail.Outbox;
import dev.latchkey.server.database.Database;
import dev.latchkey.sessions.EndedSession;
import dev.latchkey.sessions.SessionEndingStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/**
 * The table {@code users}: what decides who may log in.
 *
 * <p>Every change that invalidates log-ins increments {@code password_version}, and so locks the user's row first, as a log-in does.
 * So no concurrent log-in adds a session that the change would miss. An address that waits to be confirmed is forgotten with it: whoever is
 * locked out may have asked for it, and would get in again by its mail.
 */
final class UserAccessStore {
    private final Database database;
    private final SessionEndingStore endingStore;
    private final Outbox outbox;

    UserAccessStore(Database database, SessionEndingStore endingStore, Outbox outbox) {
        this.database = database;
        this.endingStore = endingStore;
        this.outbox = outbox;
    }

    /** Ends all sessions of all users that began before {@code now}, and returns how many. */
    int endAllSessions(Instant now) {
        return endingStore.endAllOfAllUsers(now);
    }

    /**
     * Replaces the password that was checked, ends all sessions but one, and tells the user.
     *
     * @param notice what tells the user, or null
     * @return the ended sessions; or empty, and nothing is changed, if the password is no longer the checked one
     */
    Optional<List<EndedSession>> changePassword(
            Authentication checked, String newHash, String keptSessionId, NewMail notice, Instant now) {
        return database.write(handle -> {
            Optional<List<EndedSession>> ended =
                    endSessions(handle, checked.userId(), keptSessionId, now, it -> it.createUpdate("""
                UPDATE users SET password_hash = :newHash, password_version = password_version + 1, pending_email = NULL
                WHERE id = :userId AND password_version = :checkedVersion
                """)
                            .bind("newHash", newHash)
                            .bind("checkedVersion", checked.passwordVersion()));
            return told(handle, ended, notice, now);
        });
    }

    /**
     * Replaces the password, whatever it is, ends all sessions, and tells the user; empty if there is no such user.
     *
     * @param notice what tells the user, or null
     */
    Optional<List<EndedSession>> setPassword(String userId, String newHash, NewMail notice, Instant now) {
        return database.write(handle -> {
            Optional<List<EndedSession>> ended = endSessions(
                    handle, userId, null, now, it -> it.createUpdate("""
                UPDATE users SET password_hash = :newHash, password_version = password_version + 1, pending_email = NULL
                WHERE id = :userId
                """).bind("newHash", newHash));
            return told(handle, ended, notice, now);
        });
    }

    /** Ends all sessions, and refuses further log-ins; empty if there is no such user. */
    Optional<List<EndedSession>> disable(String userId, Instant now) {
        return database.write(handle -> endSessions(
                handle, userId, null, now, it -> it.createUpdate("""
                UPDATE users SET disabled_at = COALESCE(disabled_at, :now), password_version = password_version + 1,
                    pending_email = NULL
                WHERE id = :userId
                """).bind("now", now.toEpochMilli())));
    }

    /** Undoes {@link #disable}; false if there is no such user. */
    boolean enable(String userId) {
        return database.write(handle -> handle.createUpdate("UPDATE users SET disabled_at = NULL WHERE id = :userId")
                        .bind("userId", userId)
                        .execute()
                == 1);
    }

    /** Ends all sessions; empty if there is no such user. */
    Optional<List<EndedSession>> endSessions(String userId, Instant now) {
        return database.write(handle -> endSessions(handle, userId, now));
    }

    private Optional<List<EndedSession>> endSessions(Handle handle, String userId, Instant now) {
        return endSessions(
                handle,
                userId,
                null,
                now,
                it -> it.createUpdate(
                        "UPDATE users SET password_version = password_version + 1, pending_email = NULL WHERE id = :userId"));
    }

    /** Ends the user's sessions but one, and what was mailed to begin another, if {@code change} finds the user. */
    private Optional<List<EndedSession>> endSessions(
            Handle handle, String userId, String keptSessionId, Instant now, Function<Handle, Update> change) {
        int found = change.apply(handle).bind("userId", userId).execute();
        if (found == 0) {
            return Optional.empty();
        }
        MailCodeStore.deleteThoseToLogIn(handle, userId);
        return Optional.of(endingStore.endAll(handle, userId, keptSessionId, now));
    }

    private Optional<List<EndedSession>> told(
            Handle handle, Optional<List<EndedSession>> ended, NewMail notice, Instant now) {
        if (ended.isPresent() && notice != null) {
            outbox.put(handle, notice, now);
        }
        return ended;
    }

    /** Deletes the user and all of the user's data. Returns the ended sessions, or empty if there is no such user. */
    Optional<List<EndedSession>> delete(String userId, Instant now) {
        return database.write(handle -> {
            UserDataStore.lockBeforeDeletion(handle, userId);
            Optional<List<EndedSession>> ended = endSessions(handle, userId, now);
            handle.createUpdate("DELETE FROM users WHERE id = :userId")
                    .bind("userId", userId)
                    .execute();
            return ended;
        });
    }
}
