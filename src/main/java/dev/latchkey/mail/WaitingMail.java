package dev.latchkey.mail;

import java.time.Instant;

/** A mail that is about to be sent. What may be null is so as in {@link NewMail}. */
public record WaitingMail(
        String id, MailKind kind, String userId, String address, String locale, String detail, Instant createdAt) {}
