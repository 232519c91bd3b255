package dev.latchkey.mail;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last mails that were printed, the newest first. */
final class RecentMails {
    static final int MAX = 50;

    private final Deque<Printed> mails = new ArrayDeque<>();

    /** A mail and when it was printed. */
    record Printed(Instant at, OutgoingMail mail) {}

    synchronized void add(Instant at, OutgoingMail mail) {
        mails.addFirst(new Printed(at, mail));
        if (mails.size() > MAX) {
            mails.removeLast();
        }
    }

    synchronized List<Printed> all() {
        return List.copyOf(mails);
    }
}
