package dev.latchkey.mail;

/**
 * What became of a mail that was handed to the server.
 *
 * @param answer of the server, or what went wrong, in one line
 */
record Outcome(Kind kind, String answer) {

    enum Kind {
        SENT,
        /** Now and for ever: the address or the mail is refused. */
        REFUSED,
        /** For now. It was certainly not delivered. */
        DEFERRED,
        /** The same, and the connection was lost. */
        LOST,
        /** The connection was lost after the mail was given to the server, which may have delivered it. */
        UNKNOWN
    }

    Outcome {
        answer = OneLine.of(answer);
    }

    boolean isCertainlyUndelivered() {
        return kind == Kind.REFUSED || kind == Kind.DEFERRED || kind == Kind.LOST;
    }

    boolean isConnectionLost() {
        return kind == Kind.LOST || kind == Kind.UNKNOWN;
    }
}
