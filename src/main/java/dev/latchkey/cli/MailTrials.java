package dev.latchkey.cli;

import dev.latchkey.cli.Finding.Weight;
import dev.latchkey.mail.MailSettings;
import dev.latchkey.mail.MailTrial;
import java.util.ArrayList;
import java.util.List;

/** Whether mails can be written and sent as configured. */
final class MailTrials {
    private MailTrials() {}

    /** What is wrong with where links in mails lead: no mail with one could be written. */
    static List<Finding> linkFindings(MailSettings settings, String issuer, SettingSources sources) {
        return MailTrial.links(settings, issuer)
                .map(failure -> List.of(sources.finding(Weight.WRONG, failure.setting(), failure.text())))
                .orElse(List.of());
    }

    /** What is wrong, doubtful or worth a notice; empty without mails. With {@code connecting}, the mail server is tried as well. */
    static List<Finding> findings(MailSettings settings, SettingSources sources, boolean connecting) {
        List<Finding> findings = new ArrayList<>();
        if (!settings.isOn()) {
            return findings;
        }
        MailTrial.texts(settings)
                .forEach(problem -> findings.add(
                        sources.finding(Weight.WRONG, "mail.templates", "has a text that is wrong: " + problem)));
        if (settings.sendsPasswordInPlain()) {
            findings.add(
                    sources.finding(
                            Weight.DOUBTFUL,
                            "mail.tls",
                            "is none, so that mail.password goes over the network for everybody to read: write starttls or tls"));
        }
        if (connecting) {
            // A server starts without: mails wait until there is one.
            MailTrial.connection(settings)
                    .ifPresent(failure ->
                            findings.add(sources.finding(Weight.DOUBTFUL, failure.setting(), failure.text())));
        }
        return findings;
    }
}
