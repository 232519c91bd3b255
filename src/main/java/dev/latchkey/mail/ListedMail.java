package dev.latchkey.mail;

import java.time.Instant;

/**
 * A mail in the store, for operators.
 *
 * @param address null if it is found out when the mail is sent
 * @param failedAt null while it is tried
 * @param failure what went wrong last; null for nothing yet
 */
public record ListedMail(
        String id,
        MailKind kind,
        String userId,
        String address,
        Instant createdAt,
        Instant nextAttemptAt,
        int attempts,
        Instant failedAt,
        String failure) {}
