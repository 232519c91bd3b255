package dev.latchkey.client;

/** The kind of a failure. Later versions may add kinds. */
public enum ErrorKind {
    /** The server refused the call; {@link LatchkeyException#getCode} says why. */
    REFUSED,

    /** A read with {@code ifNoneMatch}: the entry still has that ETag, and so the value that the caller knows. */
    NOT_MODIFIED,

    /** The call needs a user, and nobody is logged in. It was not sent. */
    NOT_LOGGED_IN,

    /** The server could not be reached, the connection broke, or the call was interrupted. A write may have been done. */
    NO_ANSWER,

    /** The response did not come in time. A write may have been done. */
    TIMEOUT,

    /** The response is not from a Latchkey server, but from a proxy or something else at the address. */
    UNUSABLE_ANSWER
}
