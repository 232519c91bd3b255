package dev.latchkey.mail;

import java.time.Instant;

/**
 * A mail that one server has taken for itself for a while.
 *
 * @param attempts how often it was tried before
 * @param dueAt when it was to be sent
 * @param until when others take it again, if this server does not say what became of it
 */
record Claim(WaitingMail mail, int attempts, Instant dueAt, Instant until) {}
