package dev.latchkey.server.database;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says which migration an older store goes through, before it begins, because that may take long and nothing else happens meanwhile. A new
 * store goes through all of them in no time, and nothing is said.
 */
final class MigrationLog extends BaseCallback {
    private static final Logger LOG = LoggerFactory.getLogger(MigrationLog.class);

    private final String store;
    private boolean isNew;
    private String version;
    private long start;

    /** {@code store} is its name for the messages. */
    MigrationLog(String store) {
        this.store = store;
    }

    /** Not what comes before all migrations: a server that waits until another has run them would say that it runs them. */
    @Override
    public boolean supports(Event event, Context context) {
        return event == Event.BEFORE_EACH_MIGRATE;
    }

    @Override
    public void handle(Event event, Context context) {
        boolean isFirst = version == null;
        version = context.getMigrationInfo().getVersion().getVersion();
        if (isFirst) {
            isNew = version.equals("1");
            start = System.nanoTime();
        }
        if (!isNew) {
            LOG.info(
                    "Bringing the store {} to version {} ({}). A large store takes long. If this is stopped, the next start begins again.",
                    store,
                    version,
                    context.getMigrationInfo().getDescription());
        }
    }

    /** To be called when all migrations are committed. */
    void end() {
        if (version != null && !isNew) {
            double seconds = (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
            LOG.info(
                    "The store {} is at version {} now. That took {} s.",
                    store,
                    version,
                    String.format(Locale.ROOT, "%.1f", seconds));
        }
    }
}
