package dev.latchkey.data.changes;

import dev.latchkey.server.metrics.Counts;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/** What became of the streams. */
final class StreamCounts {
    private final Counts<End> ends = new Counts<>(End.class);
    private final LongAdder sent = new LongAdder();

    /** Why a stream ended. */
    enum End {
        /** The access token has expired. */
        TOKEN_EXPIRED,
        SESSION_ENDED,
        SERVER_STOPPING,
        CHANGES_GONE,
        /** The client has left, or was disconnected because it did not read. */
        DISCONNECTED,
        /** A fault of the server. */
        FAILED
    }

    void ended(End why) {
        ends.add(why);
    }

    void sent(int changes) {
        sent.add(changes);
    }

    /** How many changes were sent in streams. */
    long sent() {
        return sent.sum();
    }

    Map<String, DoubleSupplier> ended() {
        return ends.byOutcome();
    }
}
