package dev.latchkey.mail;

import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The table {@code mails}. */
final class OutboxStore {

    /** Adds a mail that is due now. */
    void put(Handle handle, NewMail mail, Instant now) {
        handle.createUpdate("""
                INSERT INTO mails (id, kind, user_id, address, locale, detail, created_at, next_attempt_at, attempts)
                VALUES (:id, :kind, :userId, :address, :locale, :detail, :now, :now, 0)
                """)
                .bind("id", UUID.randomUUID().toString())
                .bind("kind", mail.kind().fileName())
                .bind("userId", mail.userId())
                .bind("address", mail.address())
                .bind("locale", mail.locale())
                .bind("detail", mail.detail())
                .bind("now", now.toEpochMilli())
                .execute();
    }
}
