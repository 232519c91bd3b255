package dev.latchkey.client;

/** In which way a call failed. A later version may have more. */
public enum ErrorKind {
    /** The server says no, and {@link LatchkeyException#getCode} why. */
    REFUSED,

    /** The call needs somebody who is logged in, and nobody is. It was not sent. */
    NOT_LOGGED_IN,

    /** The server could not be reached, the connection broke, or the call was interrupted. What writes may have been done. */
    NO_ANSWER,

    /** The answer did not come in time. What writes may have been done. */
    TIMEOUT,

    /** The answer is not one of a Latchkey server, but of a proxy, or of something else at the address. */
    UNUSABLE_ANSWER
}
