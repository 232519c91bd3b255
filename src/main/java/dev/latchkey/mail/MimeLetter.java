package dev.latchkey.mail;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.time.Instant;
import java.util.Date;

/**
 * A mail as RFC 5322 has it: text and HTML, each of which says the same. Nothing of a user is in the headers but the address.
 *
 * <p>The Message-ID is the same each time that the mail is sent, so that a mailbox that gets it twice can show it once.
 */
final class MimeLetter extends MimeMessage {
    private static final String CHARSET = "utf-8";

    private final String messageId;

    MimeLetter(Session session, OutgoingMail mail, Mailbox from, Mailbox to, Instant now) throws MessagingException {
        super(session);
        messageId = "<" + mail.id() + "@" + from.domain() + ">";
        setFrom(from.forHeaders());
        setRecipient(Message.RecipientType.TO, to.forHeaders());
        setSubject(mail.subject(), CHARSET);
        setSentDate(Date.from(now));
        // So that nobody is told by a machine that the user is on holiday (RFC 3834), Exchange included.
        setHeader("Auto-Submitted", "auto-generated");
        setHeader("X-Auto-Response-Suppress", "All");
        setContent(new MimeMultipart("alternative", part(mail.text(), "plain"), part(mail.html(), "html")));
        setHeader("Content-Language", mail.language());
        saveChanges();
    }

    private static MimeBodyPart part(String text, String type) throws MessagingException {
        MimeBodyPart part = new MimeBodyPart();
        part.setText(text.replace("\n", "\r\n"), CHARSET, type);
        // No server on the way may change it, and no line is too long.
        part.setHeader("Content-Transfer-Encoding", "quoted-printable");
        return part;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
        setHeader("Message-ID", messageId);
    }
}
