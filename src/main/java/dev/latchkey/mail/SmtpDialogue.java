package dev.latchkey.mail;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import java.io.IOException;
import java.io.OutputStream;
import org.eclipse.angus.mail.smtp.SMTPTransport;

/**
 * Angus Mail's SMTP, which also remembers how far a mail came and what the server said to that: the exceptions tell only a part of it, and
 * nothing where the server ends the connection after a refusal.
 */
final class SmtpDialogue extends SMTPTransport {

    /** The commands of RFC 5321 that a mail goes through. */
    enum Stage {
        NONE,
        MAIL,
        RECIPIENT,
        DATA,
        /** The dot at the end: from here on the server may have the mail. */
        END
    }

    private Stage stage = Stage.NONE;
    private int reply;
    private String answer = "";

    SmtpDialogue(Session session) {
        super(session, null);
    }

    /** How far the last mail came. */
    Stage stage() {
        return stage;
    }

    /** The code of the server's answer to that stage; 0 if there was none. */
    int reply() {
        return reply;
    }

    /** The whole answer; empty if there was none. */
    String answer() {
        return answer;
    }

    void begin() {
        enter(Stage.NONE);
    }

    /** Whether there is still a connection, as far as the library knows, which closes it by itself after some failures. Asks nobody. */
    boolean isOpen() {
        try {
            checkConnected();
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private void enter(Stage next) {
        stage = next;
        reply = 0;
        answer = "";
    }

    @Override
    protected void mailFrom() throws MessagingException {
        enter(Stage.MAIL);
        super.mailFrom();
    }

    @Override
    protected void rcptTo() throws MessagingException {
        enter(Stage.RECIPIENT);
        super.rcptTo();
    }

    @Override
    protected OutputStream data() throws MessagingException {
        enter(Stage.DATA);
        return super.data();
    }

    @Override
    protected void finishData() throws IOException, MessagingException {
        enter(Stage.END);
        super.finishData();
    }

    @Override
    protected int readServerResponse() throws MessagingException {
        int code = super.readServerResponse();
        // The first one: a refused mail is followed by RSET.
        if (reply == 0 && code > 0) {
            reply = code;
            answer = getLastServerResponse();
        }
        return code;
    }
}
