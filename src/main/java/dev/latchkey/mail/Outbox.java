package dev.latchkey.mail;

import java.time.Instant;
import org.jdbi.v3.core.Handle;

/** Where mails are left to be sent. It is always there; with {@code mail.mode: off} it takes nothing. */
public final class Outbox {
    private final OutboxStore store;
    private final Runnable wake;

    /** {@code store} is null if there are no mails. */
    Outbox(OutboxStore store, Runnable wake) {
        this.store = store;
        this.wake = wake;
    }

    /** Whether there are mails. */
    public boolean isOn() {
        return store != null;
    }

    /** Leaves a mail, in the transaction of what it is about: it is sent if that commits. */
    public void put(Handle handle, NewMail mail, Instant now) {
        if (isOn()) {
            store.put(handle, mail, now);
        }
    }

    /** Has the mails sent that have been put. To be called after the commit; does not wait. */
    public void wake() {
        wake.run();
    }
}
