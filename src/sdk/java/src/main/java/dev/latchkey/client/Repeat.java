package dev.latchkey.client;

/** When an operation may be retried although it may have been done: the contract's {@code x-repeat}. */
enum Repeat {
    /** Never: done twice, it would have another effect, or the second response would be wrong. */
    NEVER,
    /** After a 503. */
    UNAVAILABLE,
    /** Also at once after a connection failure. */
    ALWAYS
}
