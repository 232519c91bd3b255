package dev.latchkey.credentials.recovery;

import com.codahale.metrics.MetricRegistry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.latchkey.server.limits.LimitSettings;

/** How many mails clients can have sent, and how many codes they can try. */
public record RecoveryLimits(MailLimits mails, CodeLimit codes) {

    public static RecoveryLimits of(LimitSettings settings, MetricRegistry metrics) {
        Ticker time = Ticker.systemTicker();
        return new RecoveryLimits(new MailLimits(settings, metrics, time), new CodeLimit(settings, metrics, time));
    }
}
