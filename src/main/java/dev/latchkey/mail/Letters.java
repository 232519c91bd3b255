package dev.latchkey.mail;

import java.util.Map;
import java.util.Optional;

/** Writes mails: what {@link LetterWriter} says, in the words of {@link MailTexts}. */
final class Letters {
    private final LetterWriter writer;
    private final MailTexts texts;

    Letters(LetterWriter writer, MailTexts texts) {
        this.writer = writer;
        this.texts = texts;
    }

    /** A mail and what it was made of. */
    record Written(Letter letter, OutgoingMail mail) {}

    /**
     * Returns empty if nobody wants it any more.
     *
     * @throws IllegalArgumentException if no mail can be made of what the writer says
     */
    Optional<Written> write(WaitingMail mail) {
        Optional<Letter> letter = mail.kind() == MailKind.TEST
                ? Optional.of(new Letter(mail.address(), mail.locale(), Map.of()))
                : writer.write(mail);
        return letter.map(made -> {
            try {
                return new Written(made, texts.write(mail.id(), mail.kind(), made));
            } catch (IllegalArgumentException e) {
                unsent(mail, made);
                throw e;
            }
        });
    }

    /** What was made for the mail is to be forgotten. */
    void unsent(WaitingMail mail, Letter letter) {
        if (mail.kind() != MailKind.TEST) {
            writer.unsent(mail, letter);
        }
    }
}
