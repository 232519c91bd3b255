package dev.latchkey.mail;

import java.util.Optional;

/**
 * Writes the letter of a mail just before it is sent, so that no code is stored in the meantime. Called by several threads at once, outside
 * of transactions, for every kind but {@link MailKind#TEST}.
 */
public interface LetterWriter {

    /** Returns what to send; empty if nobody wants it any more, and then the mail is deleted. May make a code, in a transaction of its own. */
    Optional<Letter> write(WaitingMail mail);

    /** What {@link #write} returned was certainly not delivered: what was made for it is to be forgotten. */
    default void unsent(WaitingMail mail, Letter letter) {}
}
