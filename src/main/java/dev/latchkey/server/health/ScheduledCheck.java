package dev.latchkey.server.health;

import com.codahale.metrics.health.HealthCheck;
import com.codahale.metrics.health.annotation.Async;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One check of the {@link Readiness}. It logs when it begins to fail, and when it is well again. */
@Async(
        period = ScheduledCheck.PERIOD_SECONDS,
        initialDelay = ScheduledCheck.PERIOD_SECONDS,
        scheduleType = Async.ScheduleType.FIXED_DELAY,
        // A check that waits for the database may take a few seconds.
        healthyTtl = 6 * ScheduledCheck.PERIOD_SECONDS,
        initialState = Async.InitialState.UNHEALTHY)
final class ScheduledCheck extends HealthCheck {
    static final int PERIOD_SECONDS = 5;

    private static final Logger LOG = LoggerFactory.getLogger(ScheduledCheck.class);

    private final String name;
    private final boolean isNeeded;
    private final String complaint;
    private final BooleanSupplier check;
    private boolean isFailing;

    ScheduledCheck(String name, boolean isNeeded, String complaint, BooleanSupplier check) {
        this.name = name;
        this.isNeeded = isNeeded;
        this.complaint = complaint;
        this.check = check;
    }

    String name() {
        return name;
    }

    boolean isNeeded() {
        return isNeeded;
    }

    @Override
    protected synchronized Result check() {
        String cause = "";
        boolean isHealthy = false;
        try {
            isHealthy = check.getAsBoolean();
        } catch (RuntimeException e) {
            cause = " " + e;
        }
        if (isHealthy == isFailing) {
            isFailing = !isHealthy;
            report(cause);
        }
        return isHealthy ? Result.healthy() : Result.unhealthy(complaint);
    }

    private void report(String cause) {
        if (isFailing) {
            LOG.warn("{}: {}: {}{}", isNeeded ? "Not ready" : "Warning", name, complaint, cause);
        } else {
            LOG.info("{}: it is well again", name);
        }
    }
}
