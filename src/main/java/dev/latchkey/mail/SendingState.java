package dev.latchkey.mail;

import java.util.concurrent.atomic.LongAdder;

/** What this server knows of its sending: the state of the mail server, and what became of the mails that it has had in hand. */
final class SendingState {
    final ServerTrouble trouble;
    final LongAdder sent = new LongAdder();
    /** Attempts after which the mail waits. */
    final LongAdder deferred = new LongAdder();

    final LongAdder failed = new LongAdder();
    /** Nobody wanted them any more. */
    final LongAdder dropped = new LongAdder();

    SendingState(ServerTrouble trouble) {
        this.trouble = trouble;
    }
}
