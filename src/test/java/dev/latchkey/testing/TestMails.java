package dev.latchkey.testing;

import com.codahale.metrics.MetricRegistry;
import dev.latchkey.credentials.recovery.MailLimits;
import dev.latchkey.mail.MailRoom;
import dev.latchkey.mail.MailSettings;
import dev.latchkey.mail.Outbox;
import dev.latchkey.server.limits.LimitSettings;
import java.time.Clock;

/** What rooms need of mails where there are none. */
public final class TestMails {
    private TestMails() {}

    /** Takes nothing. */
    public static Outbox none() {
        return new MailRoom(null, MailSettings.defaults(), Clock.systemUTC()).outbox();
    }

    /** Those of a server by itself. */
    public static MailLimits limits() {
        return new MailLimits(LimitSettings.defaults(), new MetricRegistry(), System::nanoTime);
    }
}
