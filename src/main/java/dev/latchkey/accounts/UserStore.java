package dev.latchkey.accounts;

import dev.latchkey.mail.NewMail;
import dev.latchkey.mail.Outbox;
import dev.latchkey.server.database.Database;
import dev.latchkey.server.names.CanonicalEmail;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The table {@code users}: who they are. How they come into it is the business of {@link RegistrationStore}, and what they log in with
 * that of {@link UserAccessStore}.
 */
final class UserStore {
    /** All accounts as an operator sees them at {@code :now}; a condition can be added. */
    static final String STATE = """
            SELECT id, username, username_key, email, email_key, full_name, created_at, disabled_at,
                   email_verified_at, pending_email, locale,
                   (SELECT count(*) FROM sessions WHERE user_id = users.id AND expires_at > :now) AS sessions
            FROM users""";

    private final Database database;
    private final Outbox outbox;

    UserStore(Database database, Outbox outbox) {
        this.database = database;
        this.outbox = outbox;
    }

    /** Whether users are told of changes, and have to confirm their addresses. */
    boolean sendsMails() {
        return outbox.isOn();
    }

    /** Has the mails sent that were left; to be called after the commit. */
    void wakeOutbox() {
        outbox.wake();
    }

    /** The account as its user sees it. */
    Optional<Profile> find(String userId) {
        return database.read(handle -> handle.createQuery("""
                SELECT id, username, email, full_name, age, gender, locale, created_at, email_verified_at IS NOT NULL AS verified,
                    pending_email
                FROM users WHERE id = :userId
                """)
                .bind("userId", userId)
                .map((row, context) -> new Profile(
                        new User(
                                row.getString("id"),
                                row.getString("username"),
                                row.getString("email"),
                                row.getString("full_name"),
                                row.getObject("age") == null ? null : row.getInt("age"),
                                row.getString("gender"),
                                row.getString("locale")),
                        Instant.ofEpochMilli(row.getLong("created_at")),
                        row.getBoolean("verified"),
                        row.getString("pending_email")))
                .findOne());
    }

    /** The account as an operator sees it. */
    Optional<AccountState> findStateByName(String usernameKey, Instant now) {
        return database.read(handle -> state(handle, "WHERE username_key = :key", usernameKey, now));
    }

    /** The account as an operator sees it. */
    Optional<AccountState> findStateById(String userId, Instant now) {
        return database.read(handle -> state(handle, "WHERE id = :key", userId, now));
    }

    private static Optional<AccountState> state(Handle handle, String condition, String key, Instant now) {
        return handle.createQuery(STATE + " " + condition)
                .bind("key", key)
                .bind("now", now.toEpochMilli())
                .map((row, context) -> state(row))
                .findOne();
    }

    static AccountState state(ResultSet row) throws SQLException {
        return new AccountState(
                row.getString("id"),
                row.getString("username"),
                row.getString("email"),
                row.getString("full_name"),
                instant(row, "created_at"),
                instant(row, "disabled_at"),
                row.getInt("sessions"),
                new AccountState.Mail(
                        instant(row, "email_verified_at"), row.getString("pending_email"), row.getString("locale")));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(millis);
    }

    /** Whether another user has this mailbox, be it under an {@linkplain CanonicalEmail#aside aside} form, which no constraint covers. */
    boolean isMailboxOfAnother(String userId, String email) {
        String emailKey = CanonicalEmail.of(email);
        return database.read(handle -> handle.createQuery("""
                SELECT 1 FROM users
                WHERE (email_key = :emailKey OR (email_key > :beforeAside AND email_key < :afterAside)) AND id <> :id LIMIT 1
                """)
                .bind("emailKey", emailKey)
                .bind("beforeAside", CanonicalEmail.beforeAside(emailKey))
                .bind("afterAside", CanonicalEmail.afterAside(emailKey))
                .bind("id", userId)
                .mapTo(Integer.class)
                .findOne()
                .isPresent());
    }

    /**
     * Replaces {@code before} by {@code after}. An unchanged address keeps its stored canonical form, because a migration may have
     * given it another one than it would get now.
     *
     * @param mails what to send if it is done
     * @return false, and nothing is changed, if the account is no longer {@code before}
     * @throws dev.latchkey.server.database.ConstraintException if the e-mail address is another account's
     */
    boolean update(Profile before, Profile after, List<NewMail> mails, Instant now) {
        return database.write(handle -> {
            boolean isDone = update(handle, before, after);
            if (isDone) {
                mails.forEach(mail -> outbox.put(handle, mail, now));
            }
            return isDone;
        });
    }

    private static boolean update(Handle handle, Profile before, Profile after) {
        User was = before.user();
        User user = after.user();
        String newEmailKey = user.email().equals(was.email()) ? null : CanonicalEmail.of(user.email());
        return handle.createUpdate("""
                        UPDATE users SET email = :email, email_key = COALESCE(:newEmailKey, email_key), full_name = :fullName, age = :age,
                            gender = :gender, locale = :locale, pending_email = :pending,
                            email_verified_at = CASE WHEN :sameMailbox = 1 THEN email_verified_at ELSE NULL END
                        WHERE id = :id AND email = :emailBefore AND full_name = :fullNameBefore AND gender = :genderBefore
                          AND COALESCE(age, 0) = :ageBefore AND COALESCE(locale, '') = :localeBefore
                          AND COALESCE(pending_email, '') = :pendingBefore
                        """)
                        .bind("id", was.id())
                        .bind("email", user.email())
                        .bind("newEmailKey", newEmailKey)
                        .bind("fullName", user.fullName())
                        .bind("age", user.age())
                        .bind("gender", user.gender())
                        .bind("locale", user.locale())
                        .bind("pending", after.pendingEmail())
                        .bind("sameMailbox", after.hasMailboxOf(before) ? 1 : 0)
                        .bind("emailBefore", was.email())
                        .bind("fullNameBefore", was.fullName())
                        .bind("genderBefore", was.gender())
                        .bind("ageBefore", was.age() == null ? 0 : was.age())
                        .bind("localeBefore", was.locale() == null ? "" : was.locale())
                        .bind("pendingBefore", before.pendingEmail() == null ? "" : before.pendingEmail())
                        .execute()
                == 1;
    }

    /** Makes the address a proven one, whoever has proven it; false if there is no such user. */
    boolean verifyEmail(String userId, Instant now) {
        return database.write(handle -> handle.createUpdate(
                                "UPDATE users SET email_verified_at = COALESCE(email_verified_at, :now) WHERE id = :userId")
                        .bind("now", now.toEpochMilli())
                        .bind("userId", userId)
                        .execute()
                == 1);
    }
}
