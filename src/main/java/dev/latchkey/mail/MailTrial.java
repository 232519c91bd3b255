package dev.latchkey.mail;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether mails can be written and sent with these settings. */
public final class MailTrial {
    private MailTrial() {}

    /**
     * What is wrong, as the rest of a sentence that begins with the setting.
     *
     * @param setting such as {@code mail.host}
     */
    public record Failure(String setting, String text) {}

    /** What is wrong with the texts of the operator, each of which is written once; empty without mails. */
    public static List<TextProblem> texts(MailSettings settings) {
        List<TextProblem> problems = new ArrayList<>();
        if (settings.isOn()) {
            MailTexts texts = MailTexts.read(settings, problems);
            if (problems.isEmpty()) {
                texts.writeAll(problems);
            }
        }
        return problems;
    }

    /** What is wrong with the links to pages of this server, whose address {@code issuer} is; empty if there are none. */
    public static Optional<Failure> links(MailSettings settings, String issuer) {
        return !settings.leadsToOwnPages() || Values.isLink(issuer)
                ? Optional.empty()
                : Optional.of(
                        new Failure(
                                "tokens.issuer",
                                "is " + issuer
                                        + ", which cannot be a link in mails: write it in ASCII without \\ ^ ` { | } \" < >, the host as xn--..."));
    }

    /** Connects to the mail server as for a mail, and sends none; empty if that went well, or mails are not sent. */
    public static Optional<Failure> connection(MailSettings settings) {
        if (settings.mode() != MailMode.SMTP) {
            return Optional.empty();
        }
        MailSettings ownTexts = settings.withoutTemplates();
        try (Mailing mailing = new Mailing(ownTexts, Clock.systemUTC());
                Transport transport = mailing.transport()) {
            transport.connect();
            return Optional.empty();
        } catch (TransportException e) {
            return Optional.of(new Failure(SETTINGS.get(e.reason()), "does not work: " + e.getMessage()));
        }
    }

    private static final Map<TransportException.Reason, String> SETTINGS = Map.of(
            TransportException.Reason.CONNECTION, "mail.host",
            TransportException.Reason.TLS, "mail.tls",
            TransportException.Reason.LOG_IN, "mail.user",
            TransportException.Reason.SENDER, "mail.from");
}
