package dev.latchkey.mail;

import io.dropwizard.lifecycle.Managed;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import javax.net.ssl.SSLSocketFactory;

/** What mails are written and sent with, as the settings say. Made only where there are mails, since it loads two libraries. */
final class Mailing implements Managed, AutoCloseable {
    private final MailSettings settings;
    private final Clock clock;
    private final MailTexts texts;
    private final RecentMails recent;
    private final ScheduledThreadPoolExecutor watchdog;

    /** @throws IllegalStateException if a text of the operator is wrong; whoever starts a server has checked that before */
    Mailing(MailSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        List<TextProblem> problems = new ArrayList<>();
        texts = MailTexts.read(settings, problems);
        if (!problems.isEmpty()) {
            throw new IllegalStateException("mail.templates: " + problems.get(0));
        }
        recent = settings.mode() == MailMode.LOG ? new RecentMails() : null;
        watchdog = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "mail-watchdog");
            thread.setDaemon(true);
            return thread;
        });
        // Most limits are cancelled.
        watchdog.setRemoveOnCancelPolicy(true);
    }

    MailTexts texts() {
        return texts;
    }

    /** Null unless mails are printed. */
    RecentMails recent() {
        return recent;
    }

    /** A connection of its own for each thread. */
    Transport transport() {
        return recent == null
                ? new SmtpTransport(settings, (SSLSocketFactory) SSLSocketFactory.getDefault(), watchdog, clock)
                : new LogTransport(recent, clock);
    }

    @Override
    public void stop() {
        close();
    }

    @Override
    public void close() {
        watchdog.shutdownNow();
    }
}
